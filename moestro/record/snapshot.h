// SPDX-License-Identifier: Apache-2.0
// Where a run store can be read: in place, or as a copy in temporary storage
// when SQLite could not make its shared-memory file beside it.
#pragma once

#include <filesystem>
#include <string>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class Snapshot {
 public:
  // DataError when there is no such file or it cannot be read.
  explicit Snapshot(const std::string& path);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void copy(const std::filesystem::path& from);

  std::string path_;
  std::filesystem::path folder_;  // to be removed; empty when in place
};

}  // namespace moestro
MOESTRO_API_END
