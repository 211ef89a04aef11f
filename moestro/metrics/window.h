// SPDX-License-Identifier: Apache-2.0
// All metrics of a registry over the last recorded steps of a layer: what the
// report card and the doctor judge.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "moestro/base/registry.h"
#include "moestro/metrics/metric.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

// A metric of a registry, made.
struct MadeMetric {
  const Info* info;
  std::unique_ptr<Metric> metric;
};
// Every registered metric with its defaults, in the registry's order. What
// `info` points at belongs to whoever registered it.
[[nodiscard]] std::vector<MadeMetric> make_metrics(const Registry&);

// A step that recorded a number under the metric's own name says it itself,
// as summaries of other programs do; under "NAME/by-chance" what is expected.
[[nodiscard]] double value_of(
    const MadeMetric&, const LayerRecord&, const MetricContext&);
[[nodiscard]] double expected_of(
    const MadeMetric&, const LayerRecord&, const MetricContext&);

// NaN where it is unknown.
struct Measured {
  const Info* info;
  double value;     // Metric::over
  double expected;  // mean over the steps
};
[[nodiscard]] Measured measure(
    const MadeMetric&, std::span<const LayerRecord>, const MetricContext&);

// Mean load of each expert over the steps, in units of the mean.
[[nodiscard]] std::vector<double> mean_loads(std::span<const LayerRecord>);

// The last `steps` recorded steps of a layer, or of the run for kRun; fewer
// when there are fewer. The first of them also holds the newest of the extras
// that none of them has: what is measured seldom is not forgotten in between.
[[nodiscard]] std::vector<LayerRecord> last_records(
    const RunReader&,
    int32_t layer,
    int64_t steps,
    std::string_view routing = {});

}  // namespace moestro
MOESTRO_API_END
