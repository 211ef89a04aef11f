// SPDX-License-Identifier: Apache-2.0
// A failed fsync is final: the kernel marks the pages clean afterwards, so that
// a second try would succeed without having written anything.
#include "moestro/base/durable.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& doing, const fs::path& path) {
  const auto why = std::generic_category().message(errno);
  fail_storage("cannot " + doing + " " + path.string() + ": " + why);
}

class Handle {
 public:
  Handle(const fs::path& path, int flags, mode_t mode = 0)
      : file_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Handle() {
    if (file_ >= 0) {
      ::close(file_);
    }
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  [[nodiscard]] int get() const { return file_; }
  [[nodiscard]] int release() { return std::exchange(file_, -1); }
  [[nodiscard]] bool close() { return ::close(release()) == 0; }

 private:
  int file_;
};

bool write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done <= 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<size_t>(done));
  }
  return true;
}

// Opening a pipe that nobody reads would wait for ever; it fails here.
void write_through(const fs::path& path, std::span<const std::byte> bytes) {
  Handle file(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  if (file.get() < 0 ||
      fcntl(file.get(), F_SETFL, fcntl(file.get(), F_GETFL) & ~O_NONBLOCK) !=
          0 ||
      !write_all(file.get(), bytes) || !file.close()) {
    fail("write", path);
  }
}

[[noreturn]] void give_up(const std::string& doing, const fs::path& path) {
  const int reason = errno;
  ::unlink(path.c_str());
  errno = reason;
  fail(doing, path);
}

}  // namespace

void write_durably(const fs::path& path, std::span<const std::byte> bytes) {
  Handle file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
  if (file.get() < 0) {
    fail("create", path);
  }
  if (!write_all(file.get(), bytes)) {
    give_up("write", path);
  }
  if (fsync(file.get()) != 0) {
    give_up("sync", path);
  }
  if (!file.close()) {
    give_up("close", path);
  }
}

void write_durably(const fs::path& path, std::string_view text) {
  write_durably(path, std::as_bytes(std::span(text)));
}

void replace_durably(const fs::path& path, std::span<const std::byte> bytes) {
  auto draft = path;
  draft += ".tmp-" + std::to_string(getpid());
  std::error_code ignored;
  fs::remove(draft, ignored);
  write_durably(draft, bytes);
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    const auto problem = errno;
    fs::remove(draft, ignored);
    errno = problem;
    fail("replace", path);
  }
  sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

void write_output(const fs::path& path, std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  struct stat there{};
  if (stat(path.c_str(), &there) != 0 || S_ISREG(there.st_mode)) {
    std::error_code ignored;
    const auto target = fs::canonical(path, ignored);
    replace_durably(ignored ? path : target, bytes);
  } else if (S_ISFIFO(there.st_mode) || S_ISCHR(there.st_mode)) {
    write_through(path, bytes);
  } else {
    fail_storage(
        "cannot write " + path.string() + ": " +
            (S_ISDIR(there.st_mode) ? "it is a folder" : "it is no file"),
        path.string());
  }
}

void sync_folder(const fs::path& folder) {
  const Handle handle(
      folder.empty() ? fs::path(".") : folder, O_RDONLY | O_DIRECTORY);
  if (handle.get() < 0) {
    fail("open folder", folder);
  }
  if (fsync(handle.get()) != 0) {
    fail("sync folder", folder);
  }
}

void publish_folder(const fs::path& from, const fs::path& to) {
  sync_folder(from);
  std::error_code error;
  fs::rename(from, to, error);
  if (error) {
    fail_storage(
        "cannot rename " + from.string() + " to " + to.string() + ": " +
        error.message());
  }
  sync_folder(to.parent_path());
}

std::string hash_hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  auto hash = XXH3_64bits(bytes.data(), bytes.size());
  std::string hex(16, '0');
  for (auto at = hex.rbegin(); at != hex.rend(); ++at) {
    *at = kDigits[hash & 15U];
    hash >>= 4U;
  }
  return hex;
}

FolderLock::FolderLock(const fs::path& folder) : folder_(folder) {
  struct stat own{};
  if (stat(folder.c_str(), &own) != 0) {
    fail("open folder", folder);
  }
  device_ = own.st_dev;
  inode_ = own.st_ino;
  const auto path = folder / "lock";
  Handle file(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0644);
  if (file.get() < 0) {
    fail("create", path);
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      fail_storage(
          "another process works in " + folder.string() +
          ": wait for it or stop it");
    }
    fail("lock", path);
  }
  file_ = file.release();
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : folder_(std::move(other.folder_)),
      device_(other.device_),
      inode_(other.inode_),
      file_(std::exchange(other.file_, -1)) {}

FolderLock::~FolderLock() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

void FolderLock::check() const {
  struct stat here{};
  if (stat(folder_.c_str(), &here) != 0 || here.st_dev != device_ ||
      here.st_ino != inode_) {
    fail_storage(
        "the folder " + folder_.string() +
            " was removed or renamed while it was in use",
        folder_.string());
  }
}

}  // namespace moestro
