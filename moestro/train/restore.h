// SPDX-License-Identifier: Apache-2.0
// What a run folder holds, verified before anything is made of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "moestro/base/api.h"
#include "moestro/train/run_folder.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

using Say = std::function<void(const std::string&)>;

struct SavedRun {
  Config config;                         // the frozen one
  std::optional<Checkpoint> checkpoint;  // the newest sound one

  [[nodiscard]] int64_t step() const {
    return checkpoint ? checkpoint->manifest.facts.step : 0;
  }
};

// ConfigurationError, key by key, where the frozen configuration is not the one
// that the checkpoint (without any: the run store) was made with. DataError as
// newest_checkpoint says. What is passed over is told.
[[nodiscard]] SavedRun read_saved_run(
    const RunFolder&, const Registry&, const Say&);

// The state that it was saved in, or that of step 0. DataError where the
// checkpoint does not fit or holds numbers that are not finite.
[[nodiscard]] std::unique_ptr<TrainState> saved_state(
    const SavedRun&, const Registry&);

// The same for who only reads a model: DataError without a checkpoint, because
// untrained weights are no answer.
[[nodiscard]] std::unique_ptr<TrainState> trained_state(
    const SavedRun&, const RunFolder&, const Registry&);

}  // namespace moestro
MOESTRO_API_END
