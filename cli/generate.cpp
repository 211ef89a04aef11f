// SPDX-License-Identifier: Apache-2.0
// moestro generate RUN
#include <cstdio>

#include <ATen/Parallel.h>

#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/train/restore.h"
#include "moestro/train/sample.h"

namespace moestro {

int generate_verb(Arguments arguments, const Registry& registry) {
  Command command("generate", "Lets a run's newest checkpoint write text.");
  std::string run, prompt = "The ";
  SampleOptions options;
  command.needs("RUN", run, "folder of the run");
  command.option("--prompt", prompt, "text to go on from");
  command.option("--bytes", options.bytes, "how many to write");
  command.option(
      "--temperature", options.temperature, "0 = always the likeliest byte");
  command.option("--seed", options.seed, "of the draws");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  if (prompt.empty() || options.bytes < 0 || options.temperature < 0) {
    fail_usage(
        "generate needs a prompt of at least one byte, --bytes >= 0 and "
        "--temperature >= 0");
  }
  const RunFolder folder{run};
  const auto saved = read_saved_run(folder, registry, print_error);
  const auto& config = saved.config;
  at::set_num_threads(static_cast<int>(config.train.threads));
  const auto state = trained_state(saved, folder, registry);
  std::fputs(prompt.c_str(), stdout);
  sample(config, *state, prompt, options, [](char byte) {
    std::fputc(byte, stdout);
    std::fflush(stdout);
  });
  std::fputc('\n', stdout);
  return code(Exit::kFine);
}

}  // namespace moestro
