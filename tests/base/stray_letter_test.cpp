// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/stray_letter.h"

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
  EXPECT_FALSE(
      stray_letter("\xEF\xBB\xBF"
                   "a = 1"));
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

TEST(Toml, an_odd_header_is_refused_and_does_not_stop_the_process) {
  EXPECT_THROW((void)parse_toml("[)odel]\n", "f.toml"), ConfigurationError);
}

}  // namespace
}  // namespace moestro
