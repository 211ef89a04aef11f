// SPDX-License-Identifier: Apache-2.0
// What `train` and `resume` share: signals, the live view, the last line.
#pragma once

#include "moestro/train/trainer.h"

namespace moestro {

// Installs handlers for SIGINT and SIGTERM: the step is finished and saved; a
// second signal ends the process at once.
void catch_signals();

// The signal that arrived, 0 = none.
[[nodiscard]] int caught();

// Shows the run on stderr, with the headline metrics of the registry.
[[nodiscard]] std::unique_ptr<RunSink> terminal_sink(
    const Config&, const Registry&);

[[nodiscard]] int finish_training(const TrainResult&, const RunFolder&);

}  // namespace moestro
