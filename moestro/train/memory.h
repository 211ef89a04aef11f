// SPDX-License-Identifier: Apache-2.0
// Requests that no machine could meet, refused before anything is made of them.
#pragma once

#include "moestro/base/api.h"
#include "moestro/train/config.h"

MOESTRO_API_BEGIN
namespace moestro {

// ConfigurationError that names keys and sizes where even a lower bound of what
// training needs exceeds what this process may have (`limit`, bytes).
void check_memory(const Config&, double limit);
void check_memory(const Config&);

// Physical memory, or less where a limit of the process or its group says so.
[[nodiscard]] double memory_limit();

}  // namespace moestro
MOESTRO_API_END
