// SPDX-License-Identifier: Apache-2.0
// The report card for programs. Keys are a contract: none is renamed or removed
// without a new version.
#pragma once

#include "moestro/base/json.h"
#include "moestro/diagnose/card.h"

namespace moestro {

[[nodiscard]] Json to_json(const Card& card);

}  // namespace moestro
