// SPDX-License-Identifier: Apache-2.0
// An examination for programs; the shape that docs/doctor.md promises.
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/json.h"
#include "moestro/diagnose/doctor.h"

MOESTRO_API_BEGIN
namespace moestro {

[[nodiscard]] Json to_json(const Examination&);
[[nodiscard]] Json to_json(const AlarmEntry&);
// Its two lists alone.
[[nodiscard]] Json alarms_json(const Examination&);
[[nodiscard]] Json verdicts_json(const Examination&);

}  // namespace moestro
MOESTRO_API_END
