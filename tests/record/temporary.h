// SPDX-License-Identifier: Apache-2.0
// A folder that lives as long as its test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace moestro {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = "/tmp/moestro-test-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace moestro
