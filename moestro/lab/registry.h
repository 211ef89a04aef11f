// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/registry.h"

MOESTRO_API_BEGIN
namespace moestro {

// Every built-in part. A program adds its own with `add` and hands the registry
// to the command line's run(argc, argv, registry).
[[nodiscard]] Registry registry();

}  // namespace moestro
MOESTRO_API_END
