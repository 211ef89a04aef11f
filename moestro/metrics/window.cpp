// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/window.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "moestro/metrics/load.h"

namespace moestro {

namespace metrics {
extern const Variant<Metric> max_vio, max_vio_floor, dispersion,
    effective_experts, min_load, drop_rate;
}  // namespace metrics

namespace {

constexpr double kDead = 0.05;  // of the mean load

double mean_of(
    const Variant<Metric>& variant,
    std::span<const LayerRecord> records,
    const MetricContext& context) {
  const auto metric = variant.make({}, {});
  double sum = 0, count = 0;
  for (const auto& record : records) {
    const double value = metric->value(record, context);
    if (!std::isnan(value)) {
      sum += value;
      ++count;
    }
  }
  return count > 0 ? sum / count : metrics::kUnknown;
}

void add_to(std::vector<double>& sum_E, std::span<const double> value_E) {
  sum_E.resize(std::max(sum_E.size(), value_E.size()));
  for (size_t e = 0; e < value_E.size(); ++e) {
    sum_E[e] += value_E[e];
  }
}

std::vector<double> mean_loads(std::span<const LayerRecord> records) {
  std::vector<double> sum_E;
  double count = 0;
  for (const auto& record : records) {
    const auto load_E = metrics::loads(record);
    add_to(sum_E, load_E);
    count += load_E.empty() ? 0 : 1;
  }
  for (auto& sum : sum_E) {
    sum /= count;
  }
  return sum_E;
}

int64_t count_dead(std::span<const LayerRecord> records) {
  LayerRecord total;
  std::vector<double> demand_E;
  for (const auto& r : records) {
    add_to(demand_E, std::vector<double>(r.demand.begin(), r.demand.end()));
    add_to(total.mass, r.mass);
  }
  const bool counted =
      std::accumulate(demand_E.begin(), demand_E.end(), 0.0) > 0;
  if (counted) {
    total.mass = std::move(demand_E);
  }
  return std::ranges::count_if(
      metrics::loads(total), [](double u) { return u < kDead; });
}

}  // namespace

BalanceWindow balance_window(
    std::span<const LayerRecord> records, const MetricContext& context) {
  const auto mean = [&](const Variant<Metric>& metric) {
    return mean_of(metric, records, context);
  };
  return {
      .steps = static_cast<int64_t>(records.size()),
      .max_vio = mean(metrics::max_vio),
      .floor = mean(metrics::max_vio_floor),
      .dispersion = mean(metrics::dispersion),
      .effective_experts = mean(metrics::effective_experts),
      .min_load = mean(metrics::min_load),
      .drop_rate = mean(metrics::drop_rate),
      .dead_experts = count_dead(records),
      .load_E = mean_loads(records)};
}

std::vector<LayerRecord> last_records(
    const RunReader& reader, int32_t layer, int64_t steps) {
  const auto last = reader.last_step();
  auto reach = steps;
  auto found = reader.layer_steps(layer, last - reach + 1, last);
  // Skipped steps have no record: look further back.
  while (std::ssize(found) < steps && reach < last) {
    reach *= 2;
    found = reader.layer_steps(layer, last - reach + 1, last);
  }
  std::vector<LayerRecord> records;
  const auto surplus = std::max<int64_t>(0, std::ssize(found) - steps);
  for (auto& [step, record] : std::span(found).subspan(surplus)) {
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace moestro
