// SPDX-License-Identifier: Apache-2.0
// A folder that is written beside its place and put there whole: what was there
// before stays until then, and nothing of it afterwards.
#pragma once

#include <filesystem>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class Aside {
 public:
  // DataError when there is something at `place` that `data build` did not make
  // and `force` is not given. StorageError.
  Aside(const std::filesystem::path& place, bool force);
  ~Aside();  // removes what was not put in place
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  // Puts the folder in its place. DataError when a corpus that differs is
  // there and `force` was not given.
  void publish();

 private:
  void rename_twice();

  std::filesystem::path place_, folder_;
  bool force_;
};

}  // namespace moestro
MOESTRO_API_END
