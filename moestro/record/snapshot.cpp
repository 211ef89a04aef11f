// SPDX-License-Identifier: Apache-2.0
// The file itself changes only when the writer checkpoints its log. If it did
// not change while both were copied, copy and log belong together: what was
// appended to the log meanwhile is cut off by SQLite's own checksums.
#include "moestro/record/snapshot.h"

#include <chrono>
#include <system_error>
#include <thread>

#include <unistd.h>

#include "moestro/base/error.h"
#include "moestro/base/file.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

bool writable(const fs::path& path) {
  return access(path.c_str(), W_OK) == 0;
}

fs::path make_folder() {
  for (const char* place : {"/tmp", "/var/tmp", "/dev/shm"}) {
    auto name = std::string(place) + "/moestro-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) {
      return name;
    }
  }
  fail_storage("no temporary folder can be written: need space in /tmp");
}

void copy_if_there(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::remove(to, error);
  fs::copy_file(from, to, error);
  if (error && error != std::errc::no_such_file_or_directory) {
    fail_data("cannot read " + from.string() + ": " + error.message());
  }
}

// SQLite opens what stands beside the file, too, and would wait for a FIFO.
void check_companion(const std::string& path) {
  if (const auto kind = odd_kind(path); !kind.empty()) {
    fail_data("cannot read " + path + ": it is " + kind, path);
  }
}

struct Stamp {
  fs::file_time_type time;
  uintmax_t size;
  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const fs::path& path) {
  std::error_code error;
  return {fs::last_write_time(path, error), fs::file_size(path, error)};
}

}  // namespace

Snapshot::Snapshot(const std::string& path) : path_(path) {
  const fs::path from(path);
  std::error_code error;
  if (!fs::is_regular_file(from, error)) {
    fail_data("there is no run store " + path);
  }
  if (access(path.c_str(), R_OK) != 0) {
    fail_data("run store " + path + " may not be read: check its permissions");
  }
  check_companion(path + "-wal");
  check_companion(path + "-journal");
  const auto parent = from.has_parent_path() ? from.parent_path() : ".";
  if (!writable(parent) || !writable(from)) {
    folder_ = make_folder();
    path_ = folder_ / "run.db";
    copy(from);
  }
}

void Snapshot::copy(const fs::path& from) {
  constexpr int kAttempts = 40;
  for (int i = 0; i < kAttempts; ++i) {
    const auto before = stamp_of(from);
    copy_if_there(from, path_);
    copy_if_there(from.string() + "-wal", path_ + "-wal");
    copy_if_there(from.string() + "-journal", path_ + "-journal");
    if (stamp_of(from) == before) {
      fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  fail_data("run store " + from.string() + " changes too fast to be copied");
}

Snapshot::~Snapshot() {
  if (!folder_.empty()) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
}

}  // namespace moestro
