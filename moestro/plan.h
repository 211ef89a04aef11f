// SPDX-License-Identifier: Apache-2.0
// Planners: experts on devices, tokens on experts. Free of libtorch.
#pragma once

#include "moestro/plan/assign_json.h"
#include "moestro/plan/assignment.h"
#include "moestro/plan/auction.h"
#include "moestro/plan/capacity_bound.h"
#include "moestro/plan/eplb.h"
#include "moestro/plan/exact_assignment.h"
#include "moestro/plan/greedy_assignment.h"
#include "moestro/plan/imbalance.h"
#include "moestro/plan/layout.h"
#include "moestro/plan/llep.h"
#include "moestro/plan/llep_json.h"
#include "moestro/plan/place.h"
#include "moestro/plan/place_json.h"
#include "moestro/plan/placement.h"
#include "moestro/plan/quantile.h"
#include "moestro/plan/replay.h"
#include "moestro/plan/replicate_quantize.h"
#include "moestro/plan/sinkhorn.h"
