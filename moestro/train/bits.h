// SPDX-License-Identifier: Apache-2.0
// What the bits of a run depend on besides its configuration: kernels are
// chosen by the processor, and the environment can change both them and the
// order of a sum.
#pragma once

#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/json.h"

MOESTRO_API_BEGIN
namespace moestro {

// Of this process: an object of strings, "" for a variable that is not set.
[[nodiscard]] Json bits_here();

// "OMP_DYNAMIC was unset and is 'true'" for each that differs. What only one of
// them knows is left out.
[[nodiscard]] std::vector<std::string> other_bits(
    const Json& then, const Json& now);

}  // namespace moestro
MOESTRO_API_END
