// SPDX-License-Identifier: Apache-2.0
// Checkpoints that survive a kill at any instant: written beside their final
// name, synced, renamed; the manifest, written last, says what belongs to it.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/json.h"
#include "moestro/record/safetensors.h"

MOESTRO_API_BEGIN
namespace moestro {

struct CheckpointFile {
  std::string name;  // "model.safetensors"
  std::vector<std::byte> bytes;
};

// Publishes FOLDER/step-00001200 with a manifest of `facts` and every file's
// size and hash. StorageError leaves all earlier ones as they were.
void write_checkpoint(
    const std::filesystem::path& folder,
    int64_t step,
    const std::vector<CheckpointFile>& files,
    const Json& facts);

struct CheckpointPlace {
  int64_t step = 0;
  std::filesystem::path path;
};

// Published checkpoints, newest first.
[[nodiscard]] std::vector<CheckpointPlace> list_checkpoints(
    const std::filesystem::path& folder);

// Of the newest; 0 without any.
[[nodiscard]] int64_t newest_step(const std::filesystem::path& folder);

struct Checkpoint {
  Json manifest;
  std::vector<std::pair<std::string, SafetensorsFile>> files;
  // DataError when the checkpoint has no such file.
  [[nodiscard]] const SafetensorsFile& file(const std::string& name) const;
};

// DataError when the manifest can be read and a newer program wrote it.
void check_version(const CheckpointPlace&);
// DataError that names what is damaged.
[[nodiscard]] Checkpoint read_checkpoint(const CheckpointPlace&);

// Removes unfinished ones and all but the `keep` newest.
void tidy_checkpoints(const std::filesystem::path& folder, int64_t keep);
void remove_unfinished(const std::filesystem::path& folder);

}  // namespace moestro
MOESTRO_API_END
