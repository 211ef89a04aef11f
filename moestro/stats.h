// SPDX-License-Identifier: Apache-2.0
// Which imbalance is news: null laws, dispersion, tests, charts. Free of
// libtorch.
#pragma once

#include "moestro/stats/balance_test.h"
#include "moestro/stats/balanced_loads.h"
#include "moestro/stats/block_bootstrap.h"
#include "moestro/stats/charts.h"
#include "moestro/stats/dispersion.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/entropy.h"
#include "moestro/stats/multiplicity.h"
#include "moestro/stats/mutual_information.h"
#include "moestro/stats/null.h"
#include "moestro/stats/run_length.h"
#include "moestro/stats/scarcity.h"
#include "moestro/stats/second_order.h"
#include "moestro/stats/similarity.h"
#include "moestro/stats/whitening.h"
