// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// MAJOR.MINOR.PATCH of the CMake project, the one place where it stands.
[[nodiscard]] const char* version();

}  // namespace moestro
MOESTRO_API_END
