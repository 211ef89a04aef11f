// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/run_folder.h"

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/text/lines.h"
#include "moestro/train/optimizer.h"

namespace moestro {
namespace {

constexpr int64_t kShown = 4;  // differences in one message

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  for_each_line(
      text, [&lines](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

// "key = old (asked: new), ..."; empty where nothing differs.
std::string differences_of(
    const std::vector<std::string>& before,
    const std::vector<std::string>& after) {
  std::string differences;
  int64_t count = 0;
  for (size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    if (before[i] != after[i] && ++count <= kShown) {
      differences += (count > 1 ? ", " : " ") + before[i] +
                     " (asked: " + after[i].substr(after[i].find("= ") + 2) +
                     ")";
    }
  }
  differences += count > kShown ? ", ..." : "";
  return differences.empty() && before.size() != after.size()
             ? " a part and its parameters"
             : differences;
}

// Controllers that end at the last step saw another end.
bool plans_by_length(const Config& config, const Registry& registry) {
  for (const auto& layer : config.layers) {
    for (const auto name : split(layer.moe.controllers)) {
      if (registry.at<Controller>(name).info.needs.has(Trait::kRunLength)) {
        return true;
      }
    }
  }
  return false;
}

bool may_grow(
    const Config& frozen,
    int64_t steps,
    const Registry& registry,
    int64_t steps_done) {
  if (steps < frozen.train.steps || plans_by_length(frozen, registry)) {
    return false;
  }
  const auto& o = frozen.optimizer;
  for (int64_t step = 1; step <= steps_done; ++step) {
    if (schedule_share(o, step, frozen.train.steps) !=
        schedule_share(o, step, steps)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool holds_run(const RunFolder& run) {
  std::error_code error;
  return std::filesystem::exists(run.config(), error) ||
         std::filesystem::exists(run.store(), error);
}

void create_run(const RunFolder& run, const std::string& config_toml) {
  std::error_code error;
  if (holds_run(run)) {
    fail_configuration(
        run.path.string() + " already holds a run", run.path.string());
  }
  std::filesystem::create_directories(run.checkpoints(), error);
  if (error) {
    fail_storage(
        "cannot create the run folder " + run.path.string() + ": " +
        error.message());
  }
  write_durably(run.config(), config_toml);
}

Config read_run_config(const RunFolder& run, const Registry& registry) {
  std::error_code error;
  if (!std::filesystem::exists(run.config(), error)) {
    fail_data(run.path.string() + " is no run: it has no config.toml");
  }
  return resolve(read_toml(run.config().string()), registry);
}

Config with_changes(
    const Config& frozen,
    const std::vector<Setting>& asked,
    const Registry& registry,
    int64_t steps_done) {
  const auto before = frozen.toml(registry);
  auto all = parse_toml(before, "config.toml");
  all.insert(all.end(), asked.begin(), asked.end());
  auto wanted = resolve(all, registry);
  auto same = wanted;
  if (may_grow(frozen, wanted.train.steps, registry, steps_done)) {
    same.train.steps = frozen.train.steps;
  }
  const auto differences =
      differences_of(lines_in(before), lines_in(same.toml(registry)));
  if (!differences.empty()) {
    fail_configuration(
        "a run is resumed as it was started; these keys differ:" + differences);
  }
  return wanted;
}

void replace_config(const RunFolder& run, const std::string& config_toml) {
  replace_durably(run.config(), std::as_bytes(std::span(config_toml)));
}

}  // namespace moestro
