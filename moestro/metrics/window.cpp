// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/window.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "moestro/metrics/load.h"

namespace moestro {

std::vector<MadeMetric> make_metrics(const Registry& registry) {
  std::vector<MadeMetric> all;
  for (const auto name : registry.names(Metric::kKind)) {
    const auto& variant = registry.at<Metric>(name);
    all.push_back({&variant.info, variant.make({}, {})});
  }
  return all;
}

Measured measure(
    const MadeMetric& made,
    std::span<const LayerRecord> records,
    const MetricContext& context) {
  double sum = 0, count = 0;
  for (const auto& record : records) {
    const double one = made.metric->expected(record, context);
    sum += std::isnan(one) ? 0 : one;
    count += std::isnan(one) ? 0 : 1;
  }
  return {made.info, made.metric->over(records, context), sum / count};
}

std::vector<double> mean_loads(std::span<const LayerRecord> records) {
  std::vector<double> sum_E;
  double count = 0;
  for (const auto& record : records) {
    const auto load_E = metrics::loads(record);
    sum_E.resize(std::max(sum_E.size(), load_E.size()));
    for (size_t e = 0; e < load_E.size(); ++e) {
      sum_E[e] += load_E[e];
    }
    count += load_E.empty() ? 0 : 1;
  }
  for (auto& sum : sum_E) {
    sum /= count;
  }
  return sum_E;
}

std::vector<LayerRecord> last_records(
    const RunReader& reader,
    int32_t layer,
    int64_t steps,
    std::string_view routing) {
  const auto last = reader.last_step();
  auto reach = steps;
  auto found = reader.layer_steps(layer, last - reach + 1, last, routing);
  // Skipped steps have no record: look further back.
  while (std::ssize(found) < steps && reach < last) {
    reach *= 2;
    found = reader.layer_steps(layer, last - reach + 1, last, routing);
  }
  std::vector<LayerRecord> records;
  const auto surplus = std::max<int64_t>(0, std::ssize(found) - steps);
  for (auto& [step, record] : std::span(found).subspan(surplus)) {
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace moestro
