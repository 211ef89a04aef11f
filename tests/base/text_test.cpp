// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/text.h"

#include <limits>

#include <gtest/gtest.h>

namespace moestro {
namespace {

using Views = std::vector<std::string_view>;
using Whole = std::vector<int64_t>;

TEST(Text, splitting_drops_blanks_and_empty_items) {
  EXPECT_EQ(split(" a, b ,,c"), (Views{"a", "b", "c"}));
  EXPECT_EQ(split(""), Views{});
}

TEST(Text, joining_undoes_splitting) {
  EXPECT_EQ(join(Views{"a", "b"}), "a, b");
  EXPECT_EQ(join(Views{}), "");
}

TEST(Text, shortest_numbers_read_back_and_stay_reals) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(2), "2.0");
  EXPECT_EQ(shortest(-3), "-3.0");
  EXPECT_EQ(shortest(1e-4), "1e-04");
  EXPECT_EQ(shortest(std::numeric_limits<double>::infinity()), "inf");
}

TEST(Text, fixed_rounds_to_the_digits_asked) {
  EXPECT_EQ(fixed(1.005, 1), "1.0");
  EXPECT_EQ(fixed(-0.25, 3), "-0.250");
}

TEST(Text, commas_stand_every_three_digits) {
  EXPECT_EQ(with_commas(1234567), "1,234,567");
  EXPECT_EQ(with_commas(-123), "-123");
  EXPECT_EQ(with_commas(-1234), "-1,234");
  EXPECT_EQ(with_commas(0), "0");
}

TEST(Text, clocks_show_hours_only_when_there_are_some) {
  EXPECT_EQ(clock_text(65), "1:05");
  EXPECT_EQ(clock_text(59.6), "1:00");
  EXPECT_EQ(clock_text(7390), "2:03:10");
}

TEST(Text, suggests_the_nearest_word) {
  const Views known = {"sign-bias", "error-bias", "switch"};
  EXPECT_EQ(closest("sign-bais", known), "sign-bias");
  EXPECT_EQ(did_you_mean("swich", known), "; did you mean 'switch'?");
}

TEST(Text, a_word_of_megabytes_is_near_to_none) {
  const Views known = {"alpha", "beta"};
  EXPECT_EQ(closest(std::string(2'000'000, 'a'), known), std::nullopt);
}

TEST(Text, lists_what_there_is_when_nothing_is_near) {
  const Views known = {"alpha", "beta"};
  EXPECT_EQ(did_you_mean("zzzzzzzz", known), "; known: alpha, beta");
}

TEST(Text, joins_strings_as_it_joins_views) {
  const std::vector<std::string> items = {"a", "b"};
  EXPECT_EQ(join(items, ","), "a,b");
}

TEST(Text, layers_are_numbered_so_that_they_sort) {
  EXPECT_EQ(two_digits(3), "03");
  EXPECT_EQ(two_digits(12), "12");
  EXPECT_EQ(two_digits(120), "120");
}

TEST(Text, ranges_include_both_ends) {
  EXPECT_EQ(parse_range("0-2,5", 6), (Whole{0, 1, 2, 5}));
}

TEST(Text, bad_ranges_are_nothing) {
  for (const auto* bad : {"", "2-0", "0-6", "a", "1-", "-1", "1-2-3"}) {
    EXPECT_EQ(parse_range(bad, 6), std::nullopt) << bad;
  }
}

TEST(Visible, leaves_text_as_it_is) {
  EXPECT_EQ(visible(""), "");
  EXPECT_EQ(visible("runs/demo ü – 語 😀"), "runs/demo ü – 語 😀");
}

TEST(Visible, shows_what_a_terminal_would_obey) {
  EXPECT_EQ(visible("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(visible("a\nb\r\t\x7f"), "a\\x0ab\\x0d\\x09\\x7f");
  EXPECT_EQ(visible(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(visible("\u009b31m"), "\\xc2\\x9b31m");
  EXPECT_EQ(
      visible("\xe2\x80\xae"
              "gpj"),
      "\\xe2\\x80\\xaegpj");
}

TEST(Visible, shows_bytes_that_are_no_utf_8) {
  EXPECT_EQ(visible("caf\xe9!"), "caf\\xe9!");
  EXPECT_EQ(visible("\x9b"), "\\x9b");
  EXPECT_EQ(visible("\xc0\x9b"), "\\xc0\\x9b");           // too long a form
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(visible("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(visible("\xe2\x80"), "\\xe2\\x80");  // cut short
}

TEST(Utf8, is_told_from_other_bytes) {
  EXPECT_TRUE(is_utf8("") && is_utf8("aü😀"));
  EXPECT_FALSE(is_utf8("caf\xe9") || is_utf8("ü\xc3"));
}

TEST(Clock, shows_no_time_that_nobody_measured) {
  EXPECT_EQ(clock_text(1e300), "–");
  EXPECT_EQ(clock_text(-std::numeric_limits<double>::infinity()), "–");
}

}  // namespace
}  // namespace moestro
