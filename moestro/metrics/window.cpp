// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/window.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "moestro/metrics/load.h"

namespace moestro {
namespace {

constexpr const char* kByChance = "/by-chance";

struct Mean {
  double sum = 0, count = 0;
  void add(double value) {
    sum += std::isnan(value) ? 0 : value;
    count += std::isnan(value) ? 0 : 1;
  }
  [[nodiscard]] double mean() const { return sum / count; }
};

void carry(
    std::vector<LayerRecord>& records,
    std::vector<std::pair<std::string, double>> earlier) {
  std::set<std::string_view> known;
  for (const auto& record : records) {
    for (const auto& [name, value] : record.extras) {
      known.insert(name);
    }
  }
  std::erase_if(earlier, [&known](const auto& one) {
    return known.contains(one.first) || one.first.starts_with("loss/");
  });
  std::ranges::move(earlier, std::back_inserter(records.front().extras));
}

}  // namespace

std::vector<MadeMetric> make_metrics(const Registry& registry) {
  std::vector<MadeMetric> all;
  for (const auto name : registry.names(Metric::kKind)) {
    const auto& variant = registry.at<Metric>(name);
    all.push_back({&variant.info, variant.make({}, {})});
  }
  return all;
}

double value_of(
    const MadeMetric& made,
    const LayerRecord& record,
    const MetricContext& context) {
  const double own = metrics::extra(record, made.info->name);
  return std::isnan(own) ? made.metric->value(record, context) : own;
}

double expected_of(
    const MadeMetric& made,
    const LayerRecord& record,
    const MetricContext& context) {
  const double own =
      metrics::extra(record, std::string(made.info->name) + kByChance);
  return std::isnan(own) ? made.metric->expected(record, context) : own;
}

Measured measure(
    const MadeMetric& made,
    std::span<const LayerRecord> records,
    const MetricContext& context) {
  const auto says = [&records](const std::string& name) {
    return std::ranges::any_of(records, [&name](const LayerRecord& r) {
      return !std::isnan(metrics::extra(r, name));
    });
  };
  Mean value, expected;
  for (const auto& record : records) {
    value.add(value_of(made, record, context));
    expected.add(expected_of(made, record, context));
  }
  const std::string name(made.info->name);
  return {
      made.info,
      says(name) ? value.mean() : made.metric->over(records, context),
      says(name + kByChance) ? expected.mean()
                             : made.metric->expected_over(records, context)};
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
  const auto since = [&](int64_t first) {
    return layer == kRun ? reader.run_steps(first, last)
                         : reader.layer_steps(layer, first, last, routing);
  };
  auto reach = steps;
  auto found = since(last - reach + 1);
  // Skipped steps have no record: look further back.
  while (std::ssize(found) < steps && reach < last) {
    reach *= 2;
    found = since(last - reach + 1);
  }
  const auto surplus = std::max<int64_t>(0, std::ssize(found) - steps);
  found.erase(found.begin(), found.begin() + surplus);
  std::vector<LayerRecord> records;
  records.reserve(found.size());
  for (auto& [step, record] : found) {
    records.push_back(std::move(record));
  }
  if (!found.empty()) {
    carry(records, reader.latest_extras(layer, found.front().first, routing));
  }
  return records;
}

}  // namespace moestro
