// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/file.h"

#include <fstream>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace moestro
