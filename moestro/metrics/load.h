// SPDX-License-Identifier: Apache-2.0
// Loads in units of their mean, and entropies: what many metrics share.
#pragma once

#include <limits>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro::metrics {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// u_E = E * n_e / sum n. Layers that mix instead of choosing report no demand:
// there the mass counts. Empty when nothing was recorded.
[[nodiscard]] std::vector<double> loads(const LayerRecord&);

// Mean of H(score) over tokens in nats; NaN without tokens.
[[nodiscard]] double mean_token_entropy(const LayerRecord&);

// Number of experts, from whatever was recorded.
[[nodiscard]] size_t experts_of(const LayerRecord&);

}  // namespace moestro::metrics
MOESTRO_API_END
