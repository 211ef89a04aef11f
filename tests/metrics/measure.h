// SPDX-License-Identifier: Apache-2.0
// A metric by its registered name, applied to records.
#pragma once

#include <string_view>

#include "moestro/base/registry.h"
#include "moestro/metrics/metric.h"

namespace moestro {

struct OneMetric {
  explicit OneMetric(std::string_view name) {
    Registry registry;
    registry.add_all<Metric>();
    metric = registry.at<Metric>(name).make({}, {});
  }
  std::unique_ptr<Metric> metric;
  NullTable null;
};

inline double measure(
    std::string_view name, const LayerRecord& record, int64_t top_k = 2) {
  OneMetric one(name);
  return one.metric->value(record, {top_k, one.null});
}

inline double expected(
    std::string_view name, const LayerRecord& record, int64_t top_k = 2) {
  OneMetric one(name);
  return one.metric->expected(record, {top_k, one.null});
}

inline double over(
    std::string_view name,
    const std::vector<LayerRecord>& records,
    int64_t top_k = 2) {
  OneMetric one(name);
  return one.metric->over(records, {top_k, one.null});
}

inline double expected_over(
    std::string_view name,
    const std::vector<LayerRecord>& records,
    int64_t top_k = 2) {
  OneMetric one(name);
  return one.metric->expected_over(records, {top_k, one.null});
}

}  // namespace moestro
