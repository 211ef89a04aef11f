// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/core_registry.h"

#include "moestro/control/controller.h"
#include "moestro/metrics/metric.h"

namespace moestro {

Registry core_registry() {
  Registry all;
  all.add_all<Controller>();
  all.add_all<Metric>();
  return all;
}

}  // namespace moestro
