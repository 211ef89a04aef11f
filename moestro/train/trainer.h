// SPDX-License-Identifier: Apache-2.0
// The training loop: steps, measurements, evaluations, checkpoints, signals.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/step.h"
#include "moestro/train/run_folder.h"

MOESTRO_API_BEGIN
namespace moestro {

// What the loop tells whoever watches it.
struct StepView {
  const StepRecord& record;
  int64_t num_steps = 0;
  double seconds = 0;              // of this step
  double valid_bits_per_byte = 0;  // of the newest evaluation; 0 = none yet
};

struct Observer {
  std::function<void(const StepView&)> step;
  std::function<void(const std::string&)> say;  // one line for a person
  // The signal that asked to stop, 0 = none: the step is finished and saved.
  std::function<int()> stop;
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

// Starts a run in a new folder, or goes on with the one that is there. Failure
// as contracts say.
TrainResult start_run(
    const RunFolder&, const Config&, const Registry&, const Observer&);
TrainResult resume_run(const RunFolder&, const Registry&, const Observer&);

}  // namespace moestro
MOESTRO_API_END
