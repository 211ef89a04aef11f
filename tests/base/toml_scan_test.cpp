// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/toml_scan.h"

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/base/settings.h"

namespace moestro {
namespace {

TEST(StrayLetter, stands_outside_of_strings_and_comments) {
  EXPECT_EQ(stray_letter("a = 1\n\xC3\xA9 = 2\n"), 6U);
  EXPECT_FALSE(stray_letter("a = \"\xC3\xA9\" # \xC3\xA9\nb = '\xC3\xA9'\n"));
  EXPECT_FALSE(stray_letter("a = \"\"\"\n\xC3\xA9 \\\"\"\" \xC3\xA9\"\"\"\n"));
  EXPECT_EQ(stray_letter("a = \"b\\\"\" \xC3\xA9"), 10U);
  EXPECT_FALSE(stray_letter("a = \"never closed"));
}

TEST(StrayLetter, is_refused_with_its_place) {
  try {
    (void)parse_toml("a = 1\nb\xC3\xA9 = 2\n", "f.toml");
    FAIL() << "was accepted";
  } catch (const ConfigurationError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("f.toml:2:2: "));
  }
}

TEST(StrayLetter, makes_a_bare_word_of_an_override) {
  EXPECT_EQ(
      parse_override("data.path=\xC3\xA9").at(0).value,
      SettingValue(std::string("\xC3\xA9")));
}

TEST(StrayLetter, is_seen_behind_a_string_that_ends_in_its_own_quotes) {
  EXPECT_EQ(stray_letter("a = \"\"\"b\"\"\"\"\" \xC3\xA9"), 14U);
  EXPECT_EQ(stray_letter("a = '''b''''' \xC3\xA9"), 14U);
}

TEST(TooDeep, counts_brackets_and_the_dots_of_keys) {
  EXPECT_EQ(too_deep("[a.b.c]\nd.e = 1.5\n", 3), std::nullopt);
  EXPECT_EQ(too_deep("[a.b.c]\n", 2), 4U);
  EXPECT_EQ(
      too_deep("a = [1.5, 2.5, 3.5,\n4.5]\nb.c = 0.5\n", 2), std::nullopt);
  EXPECT_EQ(too_deep("a = {b.c = [1], d = [2]}", 3), std::nullopt);
  EXPECT_EQ(too_deep("a = {b.c = [[1]]}", 3), 12U);
  EXPECT_EQ(too_deep("a = \"[[[[\" # [[[[\n", 1), std::nullopt);
}

TEST(TooDeep, is_refused_with_its_place) {
  std::string header = "x = 1\n[a";
  for (int i = 0; i < 20'000; ++i) {
    header += ".a";
  }
  const auto lists = "x = 1\ny = " + std::string(20'000, '[');
  const auto tables = [] {
    std::string text = "y = ";
    for (int i = 0; i < 20'000; ++i) {
      text += "{a = ";
    }
    return text;
  }();
  const std::string dots(20'000, '.');
  for (const auto& text :
       {header + "]\n", lists, "\n" + tables, "\nx = 1\na" + dots + "b = 1"}) {
    try {
      (void)parse_toml(text, "f.toml");
      FAIL() << "was accepted";
    } catch (const ConfigurationError& error) {
      EXPECT_NE(
          std::string(error.what()).find("more than 64 levels"),
          std::string::npos)
          << error.what();
    }
  }
}

TEST(TooDeep, makes_a_bare_word_of_an_override) {
  const std::string deep(20'000, '[');
  EXPECT_EQ(
      parse_override("data.path=" + deep).at(0).value, SettingValue(deep));
}

TEST(Toml, an_odd_header_is_refused_and_does_not_stop_the_process) {
  EXPECT_THROW((void)parse_toml("[)odel]\n", "f.toml"), ConfigurationError);
}

}  // namespace
}  // namespace moestro
