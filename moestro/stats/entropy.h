// SPDX-License-Identifier: Apache-2.0
// How spread out shares are.
#pragma once

#include <cstdint>
#include <span>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Entropy of the shares v_e / sum v in nats; NaN when the sum is not positive.
[[nodiscard]] double entropy_nats(std::span<const double> values);

// The same from counts, less the bias of the plug-in: + (cells in use - 1) /
// (2 N) (Miller 1955). Not above ln of the number of cells.
[[nodiscard]] double entropy_of_counts(std::span<const int64_t> counts);

// sum_ij |v_i - v_j| / (2 E^2 mean): 0 when even, 1 - 1/E when one has all. NaN
// when the sum is not positive. ContractError: a negative value.
[[nodiscard]] double gini(std::span<const double> values);

}  // namespace moestro
MOESTRO_API_END
