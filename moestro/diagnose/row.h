// SPDX-License-Identifier: Apache-2.0
// One line of a report: a metric's value, what chance would show, and whether
// that is healthy. Everything that shows a number shows rows; nobody but
// `judged` decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/metrics/window.h"

MOESTRO_API_BEGIN
namespace moestro {

// Empty: not measured.
using Figure = std::optional<double>;

enum class Health : uint8_t { kUnknown, kFine, kWarn, kBad };
// "unknown", "fine", "warn", "bad"
[[nodiscard]] std::string_view name_of(Health);

struct Row {
  const Info* info = nullptr;
  Figure value, expected;
  Health health = Health::kUnknown;
};

// The descriptor's, or name and summary where it has none.
[[nodiscard]] Reading reading_of(const Info&);

// The value against the limits of its descriptor.
[[nodiscard]] Row judged(const Measured&);

// One row a metric; those of the run have no value in a layer.
[[nodiscard]] std::vector<Row> judged_rows(
    const std::vector<MadeMetric>&,
    std::span<const LayerRecord>,
    const MetricContext&);

// A metric of the whole run, not of a layer.
[[nodiscard]] bool is_of_run(const Info&);
// The registry's metrics of the whole run.
[[nodiscard]] std::vector<MadeMetric> run_metrics(const Registry&);

// Larger is worse unless the descriptor says that lower is. What is known is
// worse than what is not.
[[nodiscard]] bool is_worse(const Row&, const Row& than);

// Those that call themselves headlines: for a view that has room for few.
[[nodiscard]] std::vector<MadeMetric> headline_metrics(const Registry&);

// With the metric's digits; "–" for what was not measured, shares in percent.
[[nodiscard]] std::string text_of(const Info&, const Figure&);

}  // namespace moestro
MOESTRO_API_END
