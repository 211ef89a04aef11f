// SPDX-License-Identifier: Apache-2.0
// Loads in units of their mean, and entropies: what many metrics share.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "moestro/metrics/metric.h"

MOESTRO_API_BEGIN
namespace moestro::metrics {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// u_E = E * n_e / sum n. Layers that mix instead of choosing report no demand:
// there the mass counts. Empty when nothing was recorded.
[[nodiscard]] std::vector<double> loads(const LayerRecord&);

// Loads of the devices that hold the experts, in units of their mean, by
// ascending number of the device; empty where it is not known who lives where.
[[nodiscard]] std::vector<double> device_loads(
    std::span<const double> load_E, std::span<const int32_t> device_E);

// Mean of H(score) over tokens in nats; NaN without tokens.
[[nodiscard]] double mean_token_entropy(const LayerRecord&);

// What a probe left under a name, or a loss; NaN where it did not.
[[nodiscard]] double extra(const LayerRecord&, std::string_view name);
[[nodiscard]] double loss(const LayerRecord&, std::string_view name);
// Mean over the extras whose names begin and end so; NaN without any.
[[nodiscard]] double mean_extra(
    const LayerRecord&, std::string_view begin, std::string_view end = {});

// Number of experts, from whatever was recorded.
[[nodiscard]] size_t experts_of(const LayerRecord&);

// Experts with less of the mean load are dead.
inline constexpr double kDead = 0.05;
[[nodiscard]] double count_dead(std::span<const double> load_E);

// Pairs asked for a token; NaN where nobody is chosen.
[[nodiscard]] double pairs_per_token(std::span<const LayerRecord>);

// By how much tokens of a sequence that are alike widen the noise of loads:
// sqrt(phi), 1 where phi is unknown or smaller.
[[nodiscard]] double widening(const LayerRecord&);

// Standard deviation that balanced loads show, in units of their mean:
// sqrt((1 - q) / (T q)) sqrt(phi), q = K / E.
[[nodiscard]] double balanced_deviation(
    const LayerRecord&, const MetricContext&);

// What `kind` comes to under balanced routing of independent tokens; NaN
// without tokens.
[[nodiscard]] double balanced_floor(
    const LayerRecord&, const MetricContext&, Unevenness kind);

}  // namespace moestro::metrics
MOESTRO_API_END
