// SPDX-License-Identifier: Apache-2.0
// What `train` and `resume` share: the live view, the last line.
#pragma once

#include "cli/signals.h"
#include "moestro/train/trainer.h"

namespace moestro {

// Shows the run on stderr, with the headline metrics of the registry.
[[nodiscard]] std::unique_ptr<RunSink> terminal_sink(
    const Config&, const Registry&);

[[nodiscard]] int finish_training(const TrainResult&, const RunFolder&);

}  // namespace moestro
