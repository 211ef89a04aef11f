// SPDX-License-Identifier: Apache-2.0
// What scenarios came to, for programs; the shape that docs/scenarios.md
// promises.
#pragma once

#include "moestro/base/json.h"
#include "moestro/lab/suite.h"

namespace moestro {

[[nodiscard]] Json to_json(std::span<const ScenarioResult>);

}  // namespace moestro
