// SPDX-License-Identifier: Apache-2.0
// A metric by its registered name, applied to one record.
#pragma once

#include <string_view>

#include "moestro/base/registry.h"
#include "moestro/metrics/metric.h"

namespace moestro {

inline double measure(
    std::string_view name, const LayerRecord& record, int64_t top_k = 2) {
  Registry registry;
  registry.add_all<Metric>();
  NullTable null;
  return registry.at<Metric>(name).make({}, {})->value(record, {top_k, null});
}

}  // namespace moestro
