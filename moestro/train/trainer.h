// SPDX-License-Identifier: Apache-2.0
// The training loop: steps, measurements, evaluations, checkpoints, signals.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/train/run_folder.h"
#include "moestro/train/run_sink.h"

MOESTRO_API_BEGIN
namespace moestro {

// Who follows the run, and who may stop it.
struct Company {
  std::vector<RunSink*> sinks;
  // The signal that asked to stop, 0 = none: the step is finished and saved.
  std::function<int()> stop = [] { return 0; };
};

enum class Ending {
  kFinished,
  kNumeric,  // the numeric guard stopped the run
  kSignal,   // it was asked to stop, and saved
};

struct TrainResult {
  Ending ending = Ending::kFinished;
  int64_t step = 0;
  std::string message{};  // why it stopped early
  int signal = 0;
};

// The configuration with train.threads = 0 replaced by what the machine has.
[[nodiscard]] Config with_threads(Config);

// ConfigurationError for what only shows when the parts are made.
void check_config(const Config&, const Registry&);

// Starts a run in a new folder, or goes on with the one that is there. Errors
// as contracts say.
TrainResult start_run(
    const RunFolder&, const Config&, const Registry&, const Company&);
// With the frozen configuration, or one that with_changes made of it.
TrainResult resume_run(
    const RunFolder&, const Config&, const Registry&, const Company&);

}  // namespace moestro
MOESTRO_API_END
