// SPDX-License-Identifier: Apache-2.0
// For authors of parts: what a router's parts, losses, controllers and metrics
// are made of, and the registry that they are added to.
#pragma once

#include "moestro/base/descriptor.h"
#include "moestro/base/error.h"
#include "moestro/base/philox.h"
#include "moestro/base/registry.h"
#include "moestro/base/variant.h"
#include "moestro/control/controller.h"
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/metrics/window.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/experts.h"
#include "moestro/ops/feed_forward.h"
#include "moestro/ops/part.h"
#include "moestro/ops/routing.h"
#include "moestro/tensor/initial.h"
