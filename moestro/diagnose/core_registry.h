// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/registry.h"

namespace moestro {

// Every built-in part of a torch-free kind: metrics, controllers.
[[nodiscard]] Registry core_registry();

}  // namespace moestro
