// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/restore.h"

#include "moestro/base/failure.h"

namespace moestro {

std::unique_ptr<TrainState> restore(
    const RunFolder& run,
    const Config& config,
    const Registry& registry,
    const std::function<void(const std::string&)>& say) {
  const auto places = list_checkpoints(run.checkpoints());
  for (const auto& place : places) {
    auto state = std::make_unique<TrainState>(config, registry);
    try {
      state->load(read_checkpoint(place));
      return state;
    } catch (const Failure& failure) {
      say(std::string(failure.what()) + "; trying the checkpoint before it");
    }
  }
  if (!places.empty()) {
    fail_data(
        "every checkpoint of " + run.path.string() +
        " is damaged; start a new run");
  }
  return std::make_unique<TrainState>(config, registry);
}

}  // namespace moestro
