// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/restore.h"

#include "moestro/base/error.h"
#include "moestro/record/store.h"

namespace moestro {
namespace {

// A copy of the frozen configuration, for a run without checkpoints.
std::string config_in_store(const RunFolder& run) {
  try {
    return RunReader(run.store().string()).facts().config.value_or("");
  } catch (const Error&) {
    return {};
  }
}

std::string config_then(const SavedRun& saved, const RunFolder& run) {
  return saved.checkpoint ? saved.checkpoint->manifest.facts.config
                          : config_in_store(run);
}

}  // namespace

SavedRun read_saved_run(
    const RunFolder& run, const Registry& registry, const Say& say) {
  SavedRun saved{
      .config = read_run_config(run, registry),
      .checkpoint = newest_checkpoint(run.checkpoints(), say)};
  if (saved.checkpoint && saved.checkpoint->manifest.version == 1) {
    say("step " + std::to_string(saved.step()) +
        " was saved by an older Moestro: nothing tells whether its manifest or "
        "config.toml was changed since");
  }
  const auto before = config_then(saved, run);
  if (!before.empty()) {
    check_unchanged(saved.config, before, registry, saved.step());
  }
  return saved;
}

std::unique_ptr<TrainState> saved_state(
    const SavedRun& saved, const Registry& registry) {
  auto state = std::make_unique<TrainState>(saved.config, registry);
  if (saved.checkpoint) {
    // Its bytes are those that were written: what does not fit, or is not
    // finite, was so then, and going back silently would hide it.
    state->load(*saved.checkpoint);
  }
  return state;
}

std::unique_ptr<TrainState> trained_state(
    const SavedRun& saved, const RunFolder& run, const Registry& registry) {
  if (!saved.checkpoint) {
    fail_data(
        run.path.string() +
            " has no finished checkpoint: its model is untrained",
        run.path.string());
  }
  return saved_state(saved, registry);
}

}  // namespace moestro
