// SPDX-License-Identifier: Apache-2.0
// manifest.json of a checkpoint: what the state was, which files belong to it,
// and, as its last member, a hash over its own bytes up to there. So a flipped
// bit anywhere in it is noticed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/json.h"

MOESTRO_API_BEGIN
namespace moestro {

struct CheckpointFacts {
  int64_t step = 0;
  int64_t cursor = 0;           // training windows used
  bool evaluation_due = false;  // a signal cut the evaluation of this step
  std::string config;           // resolved TOML; empty in version 1
  Json bits;                    // what the bits depend on; null in version 1
};

struct CheckpointManifest {
  struct File {
    std::string name;
    int64_t bytes = 0;
    std::string xxh3;
  };
  int64_t version = 0;
  CheckpointFacts facts;
  std::vector<File> files;
};

// The newest version that this program reads, and the one that it writes.
inline constexpr int64_t kManifestVersion = 2;

// Of the newest version.
[[nodiscard]] std::string manifest_text(
    const CheckpointFacts&, const std::vector<CheckpointManifest::File>&);

// DataError that names the file and what is wrong with it. `step` is what the
// folder's name says.
[[nodiscard]] CheckpointManifest read_manifest(
    const std::filesystem::path&, int64_t step);

// The version of a manifest that a newer program wrote; 0 for any other, also
// for one that is damaged.
[[nodiscard]] int64_t newer_version(const std::filesystem::path&);

}  // namespace moestro
MOESTRO_API_END
