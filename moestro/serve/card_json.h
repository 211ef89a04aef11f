// SPDX-License-Identifier: Apache-2.0
// The report card for programs. Keys are a contract: none is renamed or removed
// without a new version.
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/json.h"
#include "moestro/diagnose/card.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Examination;

[[nodiscard]] Json to_json(const Card&, const Examination&);

}  // namespace moestro
MOESTRO_API_END
