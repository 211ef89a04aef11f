// SPDX-License-Identifier: Apache-2.0
// The verbs that need libtorch.
#pragma once

#include "cli/shell.h"
#include "moestro/base/registry.h"

namespace moestro {

[[nodiscard]] int train_verb(Arguments, const Registry&);
[[nodiscard]] int resume_verb(Arguments, const Registry&);
[[nodiscard]] int eval_verb(Arguments, const Registry&);
[[nodiscard]] int generate_verb(Arguments, const Registry&);
[[nodiscard]] int data_verb(Arguments, const Registry&);
[[nodiscard]] int methods_verb(Arguments, const Registry&);
[[nodiscard]] int route_verb(Arguments, const Registry&);
[[nodiscard]] int torch_env_verb(Arguments, const Registry&);

}  // namespace moestro
