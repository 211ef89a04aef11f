// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/run_folder.h"

#include <sstream>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/record/durable.h"

namespace moestro {
namespace {

constexpr int64_t kShown = 4;  // differences in one message

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
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

void refuse_changes(
    const Config& frozen,
    const std::vector<Setting>& asked,
    const Registry& registry) {
  if (asked.empty()) {
    return;
  }
  const auto before = frozen.toml(registry);
  auto all = parse_toml(before, "config.toml");
  all.insert(all.end(), asked.begin(), asked.end());
  const auto old_lines = lines_in(before);
  const auto new_lines = lines_in(resolve(all, registry).toml(registry));
  std::string differences;
  int64_t count = 0;
  for (size_t i = 0; i < std::min(old_lines.size(), new_lines.size()); ++i) {
    if (old_lines[i] != new_lines[i] && ++count <= kShown) {
      differences += (count > 1 ? ", " : " ") + old_lines[i] + " (asked: " +
                     new_lines[i].substr(new_lines[i].find("= ") + 2) + ")";
    }
  }
  differences += count > kShown ? ", ..." : "";
  if (!differences.empty() || old_lines.size() != new_lines.size()) {
    fail_configuration(
        "a run is resumed as it was started; these keys differ:" + differences);
  }
}

}  // namespace moestro
