// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/aside.h"

#include <map>
#include <string>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/text/manifest.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

bool is_taken(const fs::path& place) {
  std::error_code error;
  return fs::exists(place, error) &&
         !(fs::is_directory(place, error) && fs::is_empty(place, error));
}

fs::path sibling(const fs::path& place, const std::string& what) {
  auto name = "." + place.filename().string() + "." + what + "-" +
              std::to_string(getpid());
  return place.parent_path() / name;
}

std::map<std::string, fs::path> files_of(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    files[entry.path().lexically_relative(folder).string()] = entry.path();
  }
  return files;
}

bool are_alike(const fs::path& a, const fs::path& b) {
  const auto in_a = files_of(a), in_b = files_of(b);
  if (in_a.size() != in_b.size()) {
    return false;
  }
  for (const auto& [name, path] : in_a) {
    const auto other = in_b.find(name);
    if (other == in_b.end() || file_text(path) != file_text(other->second)) {
      return false;
    }
  }
  return true;
}

[[noreturn]] void refuse(const fs::path& place, const std::string& why) {
  fail_data(
      place.string() + " " + why +
          "; give another --out, or --force to replace all of it",
      place.string());
}

}  // namespace

Aside::Aside(const fs::path& place, bool force)
    : place_(fs::absolute(place).lexically_normal()), force_(force) {
  if (place_.filename().empty()) {  // "corpus/"
    place_ = place_.parent_path();
  }
  if (is_taken(place_) && !is_built_corpus(place_) && !force) {
    refuse(place_, "is there already, and `data build` did not make it");
  }
  folder_ = sibling(place_, "new");
  std::error_code error;
  fs::remove_all(folder_, error);
  fs::create_directories(folder_, error);
  if (error) {
    fail_storage("cannot make folder " + folder_.string(), place_.string());
  }
}

Aside::~Aside() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Aside::publish() {
  std::error_code error;
  const bool taken = is_taken(place_);
  if (taken && fs::is_directory(place_) && are_alike(place_, folder_)) {
    return;
  }
  if (taken && !force_) {
    refuse(place_, "holds a corpus that was built otherwise");
  }
  const auto before = sibling(place_, "old");
  if (fs::exists(place_)) {
    fs::rename(place_, before, error);
  }
  if (!error) {
    fs::rename(folder_, place_, error);
  }
  if (error) {
    std::error_code ignored;
    fs::rename(before, place_, ignored);
    fail_storage(
        "cannot put the corpus at " + place_.string() + ": " + error.message(),
        place_.string());
  }
  fs::remove_all(before, error);
}

}  // namespace moestro
