// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/aside.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <stdio.h>  // NOLINT(*-deprecated-headers): renameat2 is not in std
#include <unistd.h>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/text/manifest.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

bool is_taken(const fs::path& place) {
  std::error_code error;
  return fs::exists(fs::symlink_status(place, error)) &&
         !(fs::is_directory(place, error) && fs::is_empty(place, error));
}

fs::path sibling(const fs::path& place, const std::string& what) {
  auto name = "." + place.filename().string() + "." + what + "-" +
              std::to_string(getpid());
  return place.parent_path() / name;
}

constexpr std::string_view kManifest = "manifest.json";

std::map<std::string, fs::path> files_of(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, error);
  for (; !error && it != fs::recursive_directory_iterator();
       it.increment(error)) {
    files[it->path().lexically_relative(folder).string()] = it->path();
  }
  if (error) {
    fail_data("cannot read folder " + folder.string() + ": " + error.message());
  }
  return files;
}

// Of what lies beside the manifests.
bool have_same_text(const fs::path& a, const fs::path& b) {
  const auto in_a = files_of(a), in_b = files_of(b);
  return std::ranges::equal(in_a, in_b, [](const auto& one, const auto& other) {
    return one.first == other.first &&
           (one.first == kManifest ||
            file_text(one.second) == file_text(other.second));
  });
}

enum class Likeness { kNone, kOlderManifest, kEqual };

// A manifest of before lacks hashes; nothing else may differ.
Likeness likeness(const fs::path& before, const fs::path& now) {
  const auto old_text = file_text(before / kManifest);
  if (!old_text || !have_same_text(before, now)) {
    return Likeness::kNone;
  }
  if (old_text == file_text(now / kManifest)) {
    return Likeness::kEqual;
  }
  try {
    return is_same_corpus(read_manifest(before), read_manifest(now))
               ? Likeness::kOlderManifest
               : Likeness::kNone;
  } catch (const DataError&) {
    return Likeness::kNone;
  }
}

// One call where the file system can; a kill then leaves one or the other.
bool swap_folders(const fs::path& a, const fs::path& b) {
  return renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) ==
         0;
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
    fail_storage(
        "cannot make folder " + folder_.string() + ": " + error.message(),
        place_.string());
  }
}

Aside::~Aside() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Aside::publish() {
  sync_folder(folder_);
  std::error_code error;
  const bool is_folder = fs::is_directory(place_, error);
  const auto alike = is_folder ? likeness(place_, folder_) : Likeness::kNone;
  if (alike == Likeness::kEqual) {
    return;
  }
  if (is_taken(place_) && !force_ && alike == Likeness::kNone) {
    refuse(place_, "holds a corpus that was built otherwise");
  }
  if (!swap_folders(folder_, place_)) {
    rename_twice();
  }
  sync_folder(place_.parent_path());
}

// Where folders cannot be swapped, or nothing is there.
void Aside::rename_twice() {
  std::error_code error;
  const auto before = sibling(place_, "old");
  if (fs::exists(fs::symlink_status(place_, error))) {
    fs::rename(place_, before, error);
  } else {
    error.clear();
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
