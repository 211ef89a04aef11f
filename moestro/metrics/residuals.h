// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "moestro/metrics/metric.h"

MOESTRO_API_BEGIN
namespace moestro::metrics {

// [step][E] loads in units of the step's mean, less each expert's own mean over
// the steps; steps without loads, or with another number of experts than the
// first, left out.
[[nodiscard]] std::vector<std::vector<double>> residuals(
    std::span<const LayerRecord>);

}  // namespace moestro::metrics
MOESTRO_API_END
