// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/durable.h"

#include <csignal>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "moestro/base/error.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Durable, a_file_is_replaced_whole_or_not_at_all) {
  const TemporaryFolder folder;
  write_durably(folder / "a", "old");
  replace_durably(folder / "a", std::as_bytes(std::span("newer", 5)));
  EXPECT_EQ(content(folder / "a"), "newer");
  std::filesystem::create_directory(folder / "b");
  EXPECT_THROW(
      replace_durably(folder / "b", std::as_bytes(std::span("x", 1))),
      StorageError);
  EXPECT_TRUE(std::filesystem::is_directory(folder / "b"));
}

TEST(WriteDurably, writes_the_bytes) {
  const TemporaryFolder folder;
  write_durably(folder / "a", "hello");
  EXPECT_EQ(content(folder / "a"), "hello");
}

TEST(WriteDurably, never_replaces_a_file_or_follows_a_link) {
  const TemporaryFolder folder;
  write_durably(folder / "a", "old");
  EXPECT_THROW(write_durably(folder / "a", "new"), Error);
  EXPECT_EQ(content(folder / "a"), "old");
  std::filesystem::create_symlink(folder / "b", folder / "link");
  EXPECT_THROW(write_durably(folder / "link", "new"), Error);
  EXPECT_FALSE(std::filesystem::exists(folder / "b"));
}

TEST(WriteDurably, removes_what_it_could_not_finish) {
  const TemporaryFolder folder;
  const auto child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      write_durably(folder / "big", std::string(5000, 'x'));
    } catch (const Error&) {
      _exit(std::filesystem::exists(folder / "big") ? 1 : 0);
    }
    _exit(2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(PublishFolder, moves_the_folder_to_its_name) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "tmp-1");
  write_durably(folder / "tmp-1/a", "x");
  publish_folder(folder / "tmp-1", folder / "final");
  EXPECT_EQ(content(folder / "final/a"), "x");
  EXPECT_FALSE(std::filesystem::exists(folder / "tmp-1"));
}

TEST(PublishFolder, never_replaces_a_folder_with_content) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "tmp-1");
  std::filesystem::create_directory(folder / "final");
  write_durably(folder / "final/a", "x");
  EXPECT_THROW(publish_folder(folder / "tmp-1", folder / "final"), Error);
}

TEST(HashHex, is_xxh3_of_the_bytes) {
  EXPECT_EQ(hash_hex({}), "2d06800538d394c2");
}

TEST(FolderLock, lets_one_in_at_a_time) {
  const TemporaryFolder folder;
  {
    const FolderLock first(folder.path());
    EXPECT_THROW(FolderLock(folder.path()), Error);
  }
  const FolderLock second(folder.path());
}

TEST(FolderLock, a_file_left_by_a_killed_process_blocks_nobody) {
  const TemporaryFolder folder;
  const auto child = fork();
  if (child == 0) {
    new FolderLock(folder.path());
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(std::filesystem::exists(folder / "lock"));
  const FolderLock lock(folder.path());
}

}  // namespace
}  // namespace moestro
