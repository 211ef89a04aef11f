// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/restore.h"

#include <optional>

#include "moestro/base/error.h"

namespace moestro {

std::unique_ptr<TrainState> restore(
    const RunFolder& run,
    const Config& config,
    const Registry& registry,
    const std::function<void(const std::string&)>& say) {
  const auto places = list_checkpoints(run.checkpoints());
  for (const auto& place : places) {
    check_version(place);
    std::optional<Checkpoint> checkpoint;
    try {
      checkpoint = read_checkpoint(place);
    } catch (const Error& failure) {
      say(std::string(failure.what()) + "; trying the checkpoint before it");
      continue;
    }
    // Its bytes are those that were written: what does not fit, or is not
    // finite, was so then, and going back silently would hide it.
    auto state = std::make_unique<TrainState>(config, registry);
    state->load(*checkpoint);
    return state;
  }
  if (!places.empty()) {
    fail_data(
        "every checkpoint of " + run.path.string() +
        " is damaged; start a new run");
  }
  return std::make_unique<TrainState>(config, registry);
}

}  // namespace moestro
