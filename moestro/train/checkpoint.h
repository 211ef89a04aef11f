// SPDX-License-Identifier: Apache-2.0
// Checkpoints that survive a kill at any instant: written beside their final
// name, synced, renamed; the manifest, written last, says what belongs to it.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/safetensors.h"
#include "moestro/train/checkpoint_manifest.h"

MOESTRO_API_BEGIN
namespace moestro {

struct CheckpointFile {
  std::string name;  // "model.safetensors"
  std::vector<std::byte> bytes;
};

struct CheckpointPlace {
  int64_t step = 0;
  std::filesystem::path path;
};

// Of a published checkpoint's folder; DataError when its name is no such.
[[nodiscard]] CheckpointPlace place_of(const std::filesystem::path&);

// Published checkpoints, newest first; none where there is no such folder.
// DataError when it cannot be read.
[[nodiscard]] std::vector<CheckpointPlace> list_checkpoints(
    const std::filesystem::path& folder);

struct Checkpoint {
  CheckpointManifest manifest;
  std::vector<std::pair<std::string, SafetensorsFile>> files;
  // DataError when the checkpoint has no such file.
  [[nodiscard]] const SafetensorsFile& file(const std::string& name) const;
};

// DataError that names what is damaged.
[[nodiscard]] Checkpoint read_checkpoint(const CheckpointPlace&);

// One line for each thing that is wrong with it; none for a sound one.
[[nodiscard]] std::vector<std::string> faults_of(const CheckpointPlace&);

// The newest sound one. A damaged one is told, and the one before it used.
// Nothing where there are none. DataError when all are damaged, one may not be
// read, or a newer program wrote it: the one before it would hide that.
[[nodiscard]] std::optional<Checkpoint> newest_checkpoint(
    const std::filesystem::path& folder,
    const std::function<void(const std::string&)>& say);

// Where a run puts its checkpoints. Those that were verified once, or written
// here, are not read again.
class CheckpointShelf {
 public:
  // `keep` newest, and as many again of those of every `also`-th step (0:
  // none), which others in between do not push out.
  CheckpointShelf(std::filesystem::path folder, int64_t keep, int64_t also = 0)
      : folder_(std::move(folder)), keep_(keep), also_(also) {}

  // Publishes FOLDER/step-00001200 and removes what it makes superfluous: all
  // before the `keep` newest that are sound. StorageError leaves all earlier
  // ones as they were.
  void publish(
      const std::vector<CheckpointFile>& files, const CheckpointFacts&);

 private:
  void tidy();
  [[nodiscard]] bool is_sound(const CheckpointPlace&);

  std::filesystem::path folder_;
  int64_t keep_, also_;
  std::set<int64_t> sound_;
};

void remove_unfinished(const std::filesystem::path& folder);

}  // namespace moestro
MOESTRO_API_END
