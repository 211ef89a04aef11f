// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "moestro/base/api.h"
#include "moestro/train/run_folder.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

// The newest state that can be read; a damaged checkpoint is told and the one
// before it used. Without any, the state of step 0. DataError when all
// that there are are damaged, or the newest intact one is of a newer version,
// of another configuration, or holds numbers that are not finite.
[[nodiscard]] std::unique_ptr<TrainState> restore(
    const RunFolder&,
    const Config&,
    const Registry&,
    const std::function<void(const std::string&)>& say);

}  // namespace moestro
MOESTRO_API_END
