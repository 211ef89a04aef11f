// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/run_folder.h"

#include <algorithm>
#include <iterator>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/text/lines.h"
#include "moestro/train/optimizer.h"

namespace moestro {
namespace {

constexpr int64_t kShown = 4;  // differences in one message

using Keys = std::vector<std::pair<std::string, std::string>>;

// Keys and values of a resolved configuration, which writes one a line.
Keys keys_in(const std::string& toml) {
  Keys keys;
  std::string section;
  for_each_line(toml, [&](std::string_view line) {
    const auto at = line.find(" = ");
    if (line.starts_with('[')) {
      section = std::string(line.substr(line.find_last_of('[') + 1));
      section.resize(section.find(']'));
    } else if (line.starts_with("range = ")) {
      section += " " + std::string(line.substr(at + 3));
    } else if (at != std::string_view::npos) {
      keys.emplace_back(
          section + "." + std::string(line.substr(0, at)), line.substr(at + 3));
    }
  });
  return keys;
}

std::string value_in(const Keys& keys, const std::string& key) {
  for (const auto& [known, value] : keys) {
    if (known == key) {
      return value;
    }
  }
  return "not there";
}

// "key = old (asked: new), ..."; empty where nothing differs.
std::string differences_of(
    const std::string& before_toml,
    const std::string& after_toml,
    const std::string& who) {
  const auto before = keys_in(before_toml), after = keys_in(after_toml);
  auto all = before;
  std::ranges::copy_if(after, std::back_inserter(all), [&](const auto& entry) {
    return value_in(before, entry.first) == "not there";
  });
  std::string differences;
  int64_t count = 0;
  for (const auto& [key, ignored] : all) {
    const auto then = value_in(before, key), now = value_in(after, key);
    if (then != now && ++count <= kShown) {
      differences += (count > 1 ? ", " : " ") + key + " = " + then + " (" +
                     who + ": " + now + ")";
    }
  }
  return differences + (count > kShown ? ", ..." : "");
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

void refuse_taken(const RunFolder& run) {
  if (holds_run(run)) {
    fail_configuration(
        run.path.string() + " already holds a run", run.path.string());
  }
}

void create_run(const RunFolder& run, const std::string& config_toml) {
  std::error_code error;
  std::filesystem::create_directories(run.checkpoints(), error);
  if (error) {
    fail_storage(
        "cannot create the run folder " + run.path.string() + ": " +
        error.message());
  }
  replace_config(run, config_toml);
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
  const auto differences = differences_of(before, same.toml(registry), "asked");
  if (!differences.empty()) {
    fail_configuration(
        "a run is resumed as it was started; these keys differ:" + differences);
  }
  return wanted;
}

void check_unchanged(
    const Config& frozen,
    const std::string& before_toml,
    const Registry& registry,
    int64_t steps_done) {
  auto before = resolve(parse_toml(before_toml, "the checkpoint"), registry);
  if (may_grow(before, frozen.train.steps, registry, steps_done)) {
    before.train.steps = frozen.train.steps;
  }
  const auto differences = differences_of(
      before.toml(registry), frozen.toml(registry), "config.toml");
  if (!differences.empty()) {
    fail_configuration(
        "config.toml was changed after step " + std::to_string(steps_done) +
        " was saved; these keys differ:" + differences +
        "; put them back as they were");
  }
}

void replace_config(const RunFolder& run, const std::string& config_toml) {
  replace_durably(run.config(), std::as_bytes(std::span(config_toml)));
}

}  // namespace moestro
