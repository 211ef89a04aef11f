// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/screen.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

TEST(Screen, long_text_loses_its_middle) {
  EXPECT_EQ(shortened("0123456789", 10), "0123456789");
  EXPECT_EQ(shortened("abcdefghijklmnopqrstuvwxyz", 14), "abcdef ... xyz");
}

TEST(Screen, no_character_is_cut_in_two) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += "\xE2\x82\xAC";
  }
  for (size_t most = 20; most < 40; ++most) {
    const auto cut = shortened(text, most);
    EXPECT_LE(cut.size(), most);
    EXPECT_NE(cut.find("\xE2\x82\xAC ... \xE2\x82\xAC"), std::string::npos)
        << cut;
  }
}

TEST(Screen, a_message_keeps_its_lines_short_and_few) {
  const auto one =
      on_a_screen("a.toml: " + std::string(1'000'000, 'x') + " end");
  EXPECT_EQ(one.size(), 480U);
  EXPECT_TRUE(one.starts_with("a.toml: xx") && one.ends_with("xx end"));
  EXPECT_LE(on_a_screen(std::string(1'000'000, '\n')).size(), 1900U);
  EXPECT_EQ(on_a_screen("a\n" + std::string(479, 'b') + "\nc").size(), 483U);
}

}  // namespace
}  // namespace moestro
