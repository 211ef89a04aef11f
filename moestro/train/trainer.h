// SPDX-License-Identifier: Apache-2.0
// The training loop: steps, measurements, evaluations, checkpoints, signals.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/train/hand.h"
#include "moestro/train/restore.h"
#include "moestro/train/run_folder.h"
#include "moestro/train/run_sink.h"

MOESTRO_API_BEGIN
namespace moestro {

// Who follows the run, who may stop it, who may change it.
struct Company {
  std::vector<RunSink*> sinks;
  // The signal that asked to stop, 0 = none: the step is finished and saved.
  std::function<int()> stop = [] { return 0; };
  // An alarm asks for the same.
  std::function<bool()> alarmed = [] { return false; };
  std::vector<Hand*> hands{};
};

enum class Ending {
  kFinished,
  kNumeric,  // the numeric guard stopped the run
  kSignal,   // it was asked to stop, and saved
  kAlarm,    // an alarm stopped it, and it was saved
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

// Starts a run in a new folder; one that fails before its first step leaves
// nothing behind.
TrainResult start_run(
    const RunFolder&, const Config&, const Registry&, const Company&);

// A run that is held and about to go on: its configuration and what it was
// saved as have been verified.
struct OpenRun {
  RunFolder folder;
  FolderLock lock;
  SavedRun saved;
};

// The configuration is the frozen one with what `asked` changes, which is then
// frozen in its place. Errors of read_saved_run and with_changes; StorageError
// while another process works there.
[[nodiscard]] OpenRun open_run(
    const RunFolder&,
    const std::vector<Setting>& asked,
    const Registry&,
    const Say&);

// Another processor or environment than the run was saved with.
class OtherBitsError : public ConfigurationError {
 public:
  using ConfigurationError::ConfigurationError;
};

// OtherBitsError unless `accept_other_bits`, which is noted as an event.
TrainResult resume_run(
    const OpenRun&,
    const Registry&,
    const Company&,
    bool accept_other_bits = false);

}  // namespace moestro
MOESTRO_API_END
