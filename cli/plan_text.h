// SPDX-License-Identifier: Apache-2.0
// Plans for people: tables of what the JSON answers say.
#pragma once

#include <string>

#include "moestro/base/json.h"

namespace moestro {

[[nodiscard]] std::string placement_text(const Json& answer);
[[nodiscard]] std::string replay_text(const Json& answer);
[[nodiscard]] std::string llep_text(const Json& answer);
[[nodiscard]] std::string assignment_text(const Json& answer);

}  // namespace moestro
