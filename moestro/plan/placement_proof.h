// SPDX-License-Identifier: Apache-2.0
// Exhaustive search for few experts: is there a placement with a lower peak?
// Not public.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/effort.h"

MOESTRO_API_BEGIN
namespace moestro {

// Identical devices with `per` slots each.
struct Shelf {
  std::vector<double> load_E;
  size_t devices = 1, per = 1;
};

// Expert of every slot of a placement whose peak is below the limit; nothing
// when there is none, or when the effort ran out, which it then says.
//
// Depth first over the replica counts that keep every replica below the limit;
// for each, devices are completed one after the other, always with the largest
// replica left, while what they leave unused does not exceed what can be left
// unused in all (bin completion, Korf 2003).
[[nodiscard]] std::optional<std::vector<int32_t>> placement_below(
    double limit, const Shelf&, Effort&);

}  // namespace moestro
MOESTRO_API_END
