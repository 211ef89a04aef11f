// SPDX-License-Identifier: Apache-2.0
// moestro resume RUN
#include "cli/command.h"
#include "cli/settings_options.h"
#include "cli/training.h"
#include "cli/verbs.h"

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
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  const RunFolder folder{run};
  const auto config = read_run_config(folder, registry);
  refuse_changes(config, options.settings(), registry);
  catch_signals();
  return finish_training(
      resume_run(folder, registry, terminal_observer(config, registry)),
      folder);
}

}  // namespace moestro
