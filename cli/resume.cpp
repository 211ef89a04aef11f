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
  bool accept_metrics = false, accept_bits = false;
  command.needs("RUN", run, "folder of the run");
  options.declare(command);
  command.flag(
      "--accept-missing-metrics",
      accept_metrics,
      "go on where run.db has lost steps that the checkpoint has");
  command.flag(
      "--accept-other-bits",
      accept_bits,
      "go on with another processor or environment: other bits");
  command.example(
      "--set train.steps=N makes a run longer where its schedule allows it\n"
      "(constant, or wsd before the decay); no other key may change.");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  const RunFolder folder{run};
  const auto open = open_run(folder, options.settings(), registry, print_error);
  catch_signals();
  Followers followers(open.saved.config, registry, folder, accept_metrics);
  try {
    return finish_training(
        resume_run(open, registry, followers.company(), accept_bits), folder);
  } catch (const MissingMetricsError& error) {
    fail_data(
        std::string(error.what()) +
        "; --accept-missing-metrics goes on without them");
  } catch (const OtherBitsError& error) {
    fail_usage(
        std::string(error.what()) +
        "; --accept-other-bits goes on all the same");
  }
}

}  // namespace moestro
