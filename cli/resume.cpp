// SPDX-License-Identifier: Apache-2.0
// moestro resume RUN
#include "cli/command.h"
#include "cli/settings_options.h"
#include "cli/training.h"
#include "cli/verbs.h"
#include "moestro/train/checkpoint.h"

namespace moestro {

int resume_verb(Arguments arguments, const Registry& registry) {
  Command command(
      "resume",
      "Goes on from the newest checkpoint; ends in the bits of a run that was "
      "never stopped.");
  std::string run;
  SettingsOptions options;
  command.needs("RUN", run, "folder of the run");
  options.declare(command);
  command.example(
      "--set train.steps=N makes a run longer where its schedule allows it\n"
      "(constant, or wsd before the decay); no other key may change.");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  const RunFolder folder{run};
  const auto frozen = read_run_config(folder, registry);
  const auto config = options.settings().empty()
                          ? frozen
                          : with_changes(
                                frozen,
                                options.settings(),
                                registry,
                                newest_step(folder.checkpoints()));
  if (config.train.steps != frozen.train.steps) {
    replace_config(folder, config.toml(registry));
  }
  catch_signals();
  const auto screen = terminal_sink(config, registry);
  StoreSink store(folder.store().string());
  return finish_training(
      resume_run(folder, config, registry, {{screen.get(), &store}, caught}),
      folder);
}

}  // namespace moestro
