// SPDX-License-Identifier: Apache-2.0
// A run is a directory: config.toml, run.db, checkpoints/, report.html.
#pragma once

#include <filesystem>
#include <string>

#include "moestro/base/api.h"
#include "moestro/train/config.h"

MOESTRO_API_BEGIN
namespace moestro {

struct RunFolder {
  std::filesystem::path path;
  [[nodiscard]] std::filesystem::path config() const {
    return path / "config.toml";
  }
  [[nodiscard]] std::filesystem::path store() const { return path / "run.db"; }
  [[nodiscard]] std::filesystem::path flight() const { return path / "flight"; }
  [[nodiscard]] std::filesystem::path checkpoints() const {
    return path / "checkpoints";
  }
};

[[nodiscard]] bool holds_run(const RunFolder&);

// ConfigurationError when there is a run already.
void refuse_taken(const RunFolder&);

// Freezes the configuration in a folder that is there.
void create_run(const RunFolder&, const std::string& config_toml);

// The frozen configuration. DataError when there is no run.
[[nodiscard]] Config read_run_config(const RunFolder&, const Registry&);

// The frozen configuration with what `asked` changes: train.steps may grow
// where no learning rate of a step that was made depends on it (constant; wsd
// before its decay). ConfigurationError with a line for each other key.
[[nodiscard]] Config with_changes(
    const Config& frozen,
    const std::vector<Setting>& asked,
    const Registry&,
    int64_t steps_done);

// ConfigurationError, key by key, where the frozen configuration is not the one
// that the run was at `steps_done` with; train.steps may have grown as above.
void check_unchanged(
    const Config& frozen,
    const std::string& before_toml,
    const Registry&,
    int64_t steps_done);

// Freezes another configuration in a run that is there.
void replace_config(const RunFolder&, const std::string& config_toml);

}  // namespace moestro
MOESTRO_API_END
