// SPDX-License-Identifier: Apache-2.0
// Where everything stands that a conductor may move.
#pragma once

#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/treatment.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

// `checkpoints`: steps that the run may go back to.
[[nodiscard]] Panel panel_of(
    TrainState&, std::vector<int64_t> checkpoints = {});

}  // namespace moestro
MOESTRO_API_END
