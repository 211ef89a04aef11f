// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/row.h"

#include <array>
#include <cmath>

#include "moestro/base/text.h"

namespace moestro {
namespace {

Figure figure(double value) {
  return std::isfinite(value) ? Figure(value) : Figure();
}

Health health_of(const Reading& reading, const Row& row) {
  const auto& limits = reading.limits;
  const bool relative = limits.scale == Scale::kTimesExpected;
  if (limits.scale == Scale::kNone || !row.value ||
      (relative && !row.expected)) {
    return Health::kUnknown;
  }
  const double unit = relative ? *row.expected : 1;
  const auto beyond = [&](double limit) {
    return reading.worse == Worse::kLower ? *row.value < limit * unit
                                          : *row.value > limit * unit;
  };
  if (beyond(limits.bad)) {
    return Health::kBad;
  }
  return beyond(limits.warn) ? Health::kWarn : Health::kFine;
}

}  // namespace

std::string_view name_of(Health health) {
  constexpr std::array<std::string_view, 4> kNames{
      "unknown", "fine", "warn", "bad"};
  return kNames[static_cast<size_t>(health)];
}

Reading reading_of(const Info& info) {
  return info.reading != nullptr
             ? *info.reading
             : Reading{.label = info.name, .meaning = info.summary};
}

Row judged(const Measured& measured) {
  Row row{
      .info = measured.info,
      .value = figure(measured.value),
      .expected = figure(measured.expected)};
  row.health = health_of(reading_of(*row.info), row);
  return row;
}

std::vector<Row> judged_rows(
    const std::vector<MadeMetric>& metrics,
    std::span<const LayerRecord> records,
    const MetricContext& context) {
  std::vector<Row> rows;
  rows.reserve(metrics.size());
  for (const auto& made : metrics) {
    const bool of_run = !records.empty() && records.front().layer == kRun;
    rows.push_back(
        is_of_run(*made.info) == of_run
            ? judged(measure(made, records, context))
            : Row{.info = made.info});
  }
  return rows;
}

bool is_of_run(const Info& info) {
  return reading_of(info).scope == Extent::kRun;
}

std::vector<MadeMetric> run_metrics(const Registry& registry) {
  auto metrics = make_metrics(registry);
  std::erase_if(
      metrics, [](const MadeMetric& made) { return !is_of_run(*made.info); });
  return metrics;
}

bool is_worse(const Row& row, const Row& than) {
  if (!row.value || !than.value) {
    return row.value.has_value();
  }
  return reading_of(*row.info).worse == Worse::kLower
             ? *row.value < *than.value
             : *row.value > *than.value;
}

std::vector<MadeMetric> headline_metrics(const Registry& registry) {
  auto metrics = make_metrics(registry);
  std::erase_if(metrics, [](const MadeMetric& made) {
    return !reading_of(*made.info).headline || is_of_run(*made.info);
  });
  return metrics;
}

std::string text_of(const Info& info, const Figure& value) {
  const auto reading = reading_of(info);
  if (!value) {
    return "–";
  }
  return reading.unit == "share" ? fixed(*value * 100, reading.digits) + " %"
                                 : fixed(*value, reading.digits);
}

}  // namespace moestro
