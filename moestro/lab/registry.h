// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/registry.h"

namespace moestro {

// Every built-in part. A program adds its own with `add` and hands the registry
// to the command line's run(argc, argv, registry).
[[nodiscard]] Registry registry();

}  // namespace moestro
