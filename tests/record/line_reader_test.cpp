// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/line_reader.h"

#include <fstream>
#include <optional>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

using Found = LineReader::Found;

class Lines {
 public:
  explicit Lines(const std::string& text) {
    std::ofstream(folder_ / "lines") << text;
    reader_.emplace(folder_ / "lines", LineOptions{.longest = 100});
  }
  LineReader* operator->() { return &*reader_; }

 private:
  TemporaryFolder folder_;
  std::optional<LineReader> reader_;
};

TEST(LineReader, gives_lines_with_their_numbers) {
  Lines lines("one\n\nthree\n");
  EXPECT_EQ(lines->next(), Found::kLine);
  EXPECT_EQ(lines->line(), "one");
  EXPECT_EQ(lines->next(), Found::kLine);
  EXPECT_EQ(lines->line(), "");
  EXPECT_EQ(lines->next(), Found::kLine);
  EXPECT_EQ(lines->line(), "three");
  EXPECT_EQ(lines->number(), 3);
  EXPECT_EQ(lines->next(), Found::kEnd);
  EXPECT_EQ(lines->next(), Found::kEnd);
}

TEST(LineReader, last_line_without_a_newline_is_not_whole) {
  Lines lines("one\ntwo");
  EXPECT_EQ(lines->next(), Found::kLine);
  EXPECT_TRUE(lines->is_whole());
  EXPECT_EQ(lines->next(), Found::kLine);
  EXPECT_EQ(lines->line(), "two");
  EXPECT_FALSE(lines->is_whole());
  EXPECT_EQ(lines->next(), Found::kEnd);
}

TEST(LineReader, long_lines_are_passed_over_whatever_their_length) {
  for (const size_t length : {101, 1'000'000}) {
    Lines lines("a\n" + std::string(length, 'x') + "\nb\n");
    EXPECT_EQ(lines->next(), Found::kLine);
    EXPECT_EQ(lines->next(), Found::kTooLong);
    EXPECT_EQ(lines->number(), 2);
    EXPECT_EQ(lines->next(), Found::kLine);
    EXPECT_EQ(lines->line(), "b");
    EXPECT_EQ(lines->next(), Found::kEnd);
  }
}

TEST(LineReader, long_last_line_is_passed_over_too) {
  Lines lines(std::string(1'000'000, 'x'));
  EXPECT_EQ(lines->next(), Found::kTooLong);
  EXPECT_EQ(lines->next(), Found::kEnd);
}

TEST(LineReader, follower_waits_for_the_rest_of_a_line) {
  const TemporaryFolder folder;
  const auto path = folder / "lines";
  std::ofstream file(path);
  file << "one\ntw" << std::flush;
  LineReader reader(path, {.follow = true});
  EXPECT_EQ(reader.next(), Found::kLine);
  EXPECT_EQ(reader.next(), Found::kPause);
  file << "o\n" << std::flush;
  EXPECT_EQ(reader.next(), Found::kLine);
  EXPECT_EQ(reader.line(), "two");
}

TEST(LineReader, stop_ends_a_wait) {
  const TemporaryFolder folder;
  std::ofstream(folder / "lines") << "half";
  LineReader reader(
      folder / "lines", {.follow = true, .stop = [] { return true; }});
  EXPECT_EQ(reader.next(), Found::kEnd);
}

TEST(LineReader, file_that_shrinks_is_refused) {
  const TemporaryFolder folder;
  std::ofstream(folder / "lines") << "one\ntwo\n";
  LineReader reader(folder / "lines", {.follow = true});
  EXPECT_EQ(reader.next(), Found::kLine);
  EXPECT_EQ(reader.next(), Found::kLine);
  std::ofstream(folder / "lines") << "1\n";
  EXPECT_THROW((void)reader.next(), DataError);
}

TEST(LineReader, what_is_no_file_is_refused) {
  const TemporaryFolder folder;
  EXPECT_THROW(LineReader(folder / "none", {}), DataError);
  EXPECT_THROW(LineReader(folder.path(), {}), DataError);
  EXPECT_THROW(LineReader("/dev/zero", {}), DataError);
}

}  // namespace
}  // namespace moestro
