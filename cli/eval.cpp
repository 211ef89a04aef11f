// SPDX-License-Identifier: Apache-2.0
// moestro eval RUN
#include <cstdio>

#include <ATen/Parallel.h>

#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/base/file.h"
#include "moestro/base/json.h"
#include "moestro/base/text.h"
#include "moestro/train/evaluate.h"
#include "moestro/train/restore.h"

namespace moestro {
namespace {

int print_per_byte(
    const Config& config, TrainState& state, const std::string& path) {
  const auto text = read_file(path);
  const std::span bytes(
      reinterpret_cast<const uint8_t*>(text.data()), text.size());
  Json answer;
  answer.set("version", 1)
      .set(
          "log_probability",
          log_probabilities(
              config, state, windows_of(bytes, config.model.context)));
  std::puts(dump(answer).c_str());
  return code(Exit::kFine);
}

int print_losses(const Config& config, TrainState& state, bool json) {
  const auto data =
      open_dataset(std::string(config.data.path), config.model.context);
  const auto windows = data.valid(config.train.eval_windows);
  const auto series = evaluate(config, state, windows, data.domain_names());
  Json answer;
  answer.set("version", 1).set("step", state.step);
  for (const auto& [name, value] : series) {
    if (name.starts_with("valid/")) {
      answer.set(name.substr(6), value);
    }
  }
  if (json) {
    std::puts(dump(answer).c_str());
    return code(Exit::kFine);
  }
  for (const auto& [name, value] : answer.as_object()) {
    std::printf("%-22s %.6g\n", visible(name).c_str(), value.as_number());
  }
  return code(Exit::kFine);
}

}  // namespace

int eval_verb(Arguments arguments, const Registry& registry) {
  Command command(
      "eval",
      "Scores the newest checkpoint of a run on validation text, or each byte "
      "of a file.");
  std::string run, data;
  bool per_byte = false, json = false;
  command.needs("RUN", run, "folder of the run");
  command.option("--data", data, "text to score instead of the run's own");
  command.flag(
      "--per-byte", per_byte, "log-probability of each byte after the first");
  command.flag("--json", json, "machine-readable");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  if (per_byte && data.empty()) {
    fail_usage("--per-byte scores one file: add --data FILE");
  }
  const RunFolder folder{run};
  const auto saved = read_saved_run(folder, registry, print_error);
  auto config = saved.config;
  at::set_num_threads(static_cast<int>(config.train.threads));
  const auto state = trained_state(saved, folder, registry);
  if (per_byte) {
    return print_per_byte(config, *state, data);
  }
  if (!data.empty()) {
    config.data.path = config.strings->keep(data);
  }
  return print_losses(config, *state, json);
}

}  // namespace moestro
