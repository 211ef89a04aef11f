// SPDX-License-Identifier: Apache-2.0
// A change of loads, and how much of it follows from another mix of domains.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "moestro/metrics/metric.h"

MOESTRO_API_BEGIN
namespace moestro::metrics {

// Shares of all pairs, by expert.
struct LoadShift {
  std::vector<double> before_E, after_E;
  std::vector<double> predicted_E;  // the new mix at the old routing
  double moved = 0;                 // sum of (after - before)^2
  double noise = 0;                 // of it, what chance gives on average
  double explained = 0;             // in [0, 1]

  [[nodiscard]] bool beyond_noise() const { return moved > 3 * noise; }
};

// Nothing where one side has no demand by domain, or the domains differ in
// number. A domain that the first steps lack routes as all text did.
[[nodiscard]] std::optional<LoadShift> load_shift(
    std::span<const LayerRecord> before, std::span<const LayerRecord> after);

}  // namespace moestro::metrics
MOESTRO_API_END
