// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/file.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

TEST(File, is_read_to_its_end) {
  const auto path = fs::path(testing::TempDir()) / "file_test.bin";
  const std::string bytes("a\0b\r\n\xff", 6);
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(file_text(path), bytes);
  EXPECT_EQ(read_file(path), bytes);
  std::ofstream(path, std::ios::trunc).close();
  EXPECT_EQ(read_file(path), "");
  fs::remove(path);
}

std::string message_for(const fs::path& path) {
  try {
    (void)read_file(path);
  } catch (const Error& failure) {
    return failure.what();
  }
  return {};
}

TEST(File, that_cannot_be_read_is_named) {
  const fs::path folder = testing::TempDir();
  EXPECT_FALSE(file_text(folder));
  EXPECT_FALSE(file_text(folder / "missing"));
  EXPECT_NE(message_for(folder).find("folder"), std::string::npos);
  EXPECT_NE(message_for(folder / "missing").find("missing"), std::string::npos);
}

TEST(File, that_is_no_regular_one_is_refused_without_waiting) {
  const auto path = fs::path(testing::TempDir()) / "file_test.odd";
  fs::remove(path);
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(file_text(path));
  EXPECT_NE(message_for(path).find("it is a FIFO"), std::string::npos);
  EXPECT_EQ(odd_kind(path), "a FIFO");
  fs::remove(path);
  ASSERT_EQ(mknod(path.c_str(), S_IFSOCK | 0600, 0), 0);
  EXPECT_NE(message_for(path).find("it is a socket"), std::string::npos);
  fs::remove(path);
  fs::create_symlink("/dev/zero", path);
  EXPECT_NE(message_for(path).find("it is a device"), std::string::npos);
  fs::remove(path);
  fs::create_symlink(path, path);
  EXPECT_NE(message_for(path).find("symbolic links"), std::string::npos);
  EXPECT_EQ(odd_kind(path), "");
  fs::remove(path);
}

TEST(File, larger_than_memory_is_refused_with_its_size) {
  const auto path = fs::path(testing::TempDir()) / "file_test.large";
  std::ofstream(path).close();
  std::error_code error;
  fs::resize_file(path, uintmax_t{1} << 42U, error);
  if (!error) {
    EXPECT_NE(message_for(path).find("4398046511104 bytes"), std::string::npos);
  }
  fs::remove(path);
}

TEST(Input, may_be_a_pipe_that_is_open_already) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "piped", 5), 5);
  close(ends[1]);
  EXPECT_EQ(read_input("/dev/fd/" + std::to_string(ends[0])), "piped");
  close(ends[0]);
  EXPECT_NE(
      message_for("/dev/fd/" + std::to_string(ends[0])).find("Bad file"),
      std::string::npos);
}

}  // namespace
}  // namespace moestro
