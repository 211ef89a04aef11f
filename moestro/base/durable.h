// SPDX-License-Identifier: Apache-2.0
// Files that survive a kill at any instant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Writes and fsyncs a new file; StorageError when it exists. A failed write,
// fsync or close throws StorageError and removes the file.
void write_durably(
    const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_durably(const std::filesystem::path& path, std::string_view text);

// Writes beside the file, syncs and renames over it: after a kill the file is
// the old one or the new one, whole. StorageError leaves the old one.
void replace_durably(
    const std::filesystem::path& path, std::span<const std::byte> bytes);

// To a path that a user named: a file is replaced as above, where a link
// points; a pipe that somebody reads and a character device are written to.
// StorageError for a folder, a block device or a socket.
void write_output(const std::filesystem::path& path, std::string_view text);

void sync_folder(const std::filesystem::path& folder);
// fsyncs `from` (a folder), renames it to `to`, fsyncs the parent.
void publish_folder(
    const std::filesystem::path& from, const std::filesystem::path& to);

// 16 hexadecimal digits of XXH3 over the bytes.
[[nodiscard]] std::string hash_hex(std::span<const std::byte> bytes);

// Holds an exclusive lock on FOLDER/lock while it lives; the kernel frees it
// when the process dies, so a stale file blocks nobody. StorageError when
// another process holds it.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  FolderLock& operator=(FolderLock&&) = delete;

  // StorageError when the folder was removed or renamed meanwhile: what is
  // written at its name would not reach it.
  void check() const;

 private:
  std::filesystem::path folder_;
  uint64_t device_ = 0, inode_ = 0;  // of the folder
  int file_ = -1;
};

}  // namespace moestro
MOESTRO_API_END
