// SPDX-License-Identifier: Apache-2.0
// What `moestro lab` does, one file a kind of experiment.
#pragma once

#include "cli/shell.h"
#include "moestro/base/registry.h"

namespace moestro {

[[nodiscard]] int lab_calibrate(Arguments, const Registry&);
[[nodiscard]] int lab_scenario(Arguments, const Registry&);

}  // namespace moestro
