// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/registry.h"

MOESTRO_API_BEGIN
namespace moestro {

// Every built-in part of a torch-free kind: metrics, controllers.
[[nodiscard]] Registry core_registry();

}  // namespace moestro
MOESTRO_API_END
