// SPDX-License-Identifier: Apache-2.0
// The command line as a function: what an external program calls to run every
// verb with parts of its own.
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/registry.h"

MOESTRO_API_BEGIN
namespace moestro {

// argv[1] is the verb; returns the exit code of the process.
int run(int argc, char** argv, const Registry& registry);

}  // namespace moestro
MOESTRO_API_END
