// SPDX-License-Identifier: Apache-2.0
// Does a series rise? Kendall's tau of value against time (Mann 1945): the
// number of pairs that ascend less those that descend. If all orders of the
// values are equally likely, its variance is n (n - 1) (2 n + 5) / 18, and from
// ten values on it is as good as normal.
#pragma once

#include <span>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// The chance that a random order ascends so much or more. 1 for fewer than 10
// values, or where one is not finite.
[[nodiscard]] double rise_p_value(std::span<const double> series);

}  // namespace moestro
MOESTRO_API_END
