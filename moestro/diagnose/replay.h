// SPDX-License-Identifier: Apache-2.0
// A recorded run, shown to a watch as if it went on now.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/watch.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

// Journal entries of this kind say that the run was changed on purpose.
inline constexpr std::string_view kDeclared = "declared";

// Recorded steps from 1 to `last`; declared events re-arm the watch before the
// step that follows them. `seen` is called after every step.
void replay(
    const RunReader&,
    int64_t last,
    Watch& watch,
    const std::function<void(const StepRecord&)>& seen = {});

// Recorded steps from `first` to `last`.
[[nodiscard]] std::vector<StepRecord> recorded_steps(
    const RunReader&, int64_t first, int64_t last);

}  // namespace moestro
MOESTRO_API_END
