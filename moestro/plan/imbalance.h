// SPDX-License-Identifier: Apache-2.0
// How uneven a load is, and how uneven it can be made.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Sums over consecutive experts, [devices]. DataError: devices that do not
// divide the experts.
[[nodiscard]] std::vector<double> device_load(
    std::span<const double> load_E, int64_t devices);

// max / mean; 1 when there is no load. Of experts this is the load-imbalance
// score of Replicate-and-Quantize (arXiv 2602.19938), E max n / (n k); of
// devices, what a batch waits for. DataError: no loads, a negative or
// non-finite one, a sum that overflows.
[[nodiscard]] double max_over_mean(std::span<const double> loads);

// Largest possible max / mean over devices when every token makes the same
// choice: min(k, E/P) / (k/P). RepetitionCurse (2025) calls it the theoretical
// maximum imbalance: what a prompt of one repeated token aims at.
// DataError: devices that do not divide the experts, k not in 1..E.
[[nodiscard]] double theoretical_maximum_imbalance(
    int64_t experts, int64_t devices, int64_t top_k);

}  // namespace moestro
MOESTRO_API_END
