// SPDX-License-Identifier: Apache-2.0
// A run as somebody else's monitor would have recorded it: counts a step and
// layer, the loss, the learning rate, and nothing more.
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/diagnose/doctor.h"
#include "moestro/train/run_folder.h"

MOESTRO_API_BEGIN
namespace moestro {

// Leaves the trace as RUN/counts.jsonl.
[[nodiscard]] Examination examine_as_counts(
    const RunReader&, const RunFolder&, const Registry&);

}  // namespace moestro
MOESTRO_API_END
