// SPDX-License-Identifier: Apache-2.0
// What the orders of a conductor name, moved, and moved back.
#pragma once

#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/treatment.h"
#include "moestro/train/checkpoint.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

// In their order. Tensors are kept as they were in `state.conducted`. Step
// number and data cursor go on also where the rest goes back to a checkpoint of
// `folder`. DataError before anything is moved where that cannot be read.
void carry_out(
    TrainState&, const std::vector<Act>&, const std::filesystem::path& folder);

// Knobs and tensors as they were before. Going back to a checkpoint is not
// taken back: what came before it was worse.
void take_back(TrainState&, const std::vector<Act>&);

}  // namespace moestro
MOESTRO_API_END
