// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/settings.h"

#include <functional>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

struct Params {
  int64_t k = 2;
  double rate = 0.5;
  bool on = false;
  std::string_view name = "x", names = "a";
};
constexpr auto kK = param<&Params::k>("k", "", {1, 8});
constexpr auto kRate = param<&Params::rate>("rate", "", {0, 1});
constexpr auto kOn = param<&Params::on>("on", "");
constexpr auto kName = param<&Params::name>("name", "");
constexpr auto kNames = list_param<&Params::names>("names", "");

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const ConfigurationError& failure) {
    return failure.what();
  }
  return "accepted";
}

Setting only(std::string_view toml) {
  auto all = parse_toml(toml, "f.toml");
  EXPECT_EQ(all.size(), 1);
  return all.at(0);
}

TEST(Toml, tables_become_dotted_keys_in_file_order) {
  const auto all = parse_toml("[b]\ny = 1\n[a]\nx.z = \"s\"\n", "f.toml");
  ASSERT_EQ(all.size(), 2);
  EXPECT_EQ(all[0].key, "b.y");
  EXPECT_EQ(all[1].key, "a.x.z");
  EXPECT_EQ(all[1].value, SettingValue(std::string("s")));
}

TEST(Toml, ranges_of_layers_become_part_of_the_key) {
  const auto s = only("[[moe.layers]]\nrange = \"0-2\"\ntop_k = 4\n");
  EXPECT_EQ(s.key, "moe.layers.0-2.top_k");
}

TEST(Toml, a_range_is_required) {
  EXPECT_EQ(
      refusal([] { (void)parse_toml("[[m.layers]]\nk = 4\n", "f.toml"); }),
      "f.toml:1:1: [[m.layers]] needs range = \"0-2\", a string");
}

TEST(Toml, a_setting_knows_where_it_was_written) {
  EXPECT_EQ(only("# c\n\n  k = 3\n").origin.text(), "f.toml:3:3");
}

TEST(Toml, syntax_errors_name_line_and_column) {
  const auto text = refusal([] { (void)parse_toml("a = 1\nb = \n", "f"); });
  EXPECT_TRUE(text.starts_with("f:2:")) << text;
}

TEST(Toml, refuses_values_that_no_key_takes) {
  EXPECT_EQ(
      refusal([] { (void)parse_toml("d = 2020-01-01\n", "f"); }),
      "f:1:1: no key takes such a value: d");
  EXPECT_NE(
      refusal([] {
        (void)parse_toml("d = [1]\n", "f");
      }).find("a list holds strings only"),
      std::string::npos);
}

TEST(Toml, a_missing_file_is_named) {
  EXPECT_EQ(
      refusal([] { (void)read_toml("/nowhere.toml"); }),
      "cannot read the configuration file /nowhere.toml");
}

TEST(Toml, a_byte_order_mark_is_passed_over) {
  const auto s = only("\xEF\xBB\xBFk = 3\n");
  EXPECT_EQ(s.value, SettingValue(int64_t{3}));
  EXPECT_EQ(s.origin.text(), "f.toml:1:1");
  EXPECT_TRUE(refusal([] {
                (void)parse_toml("\xEF\xBB\xBFk = \xC3\xA9\n", "f.toml");
              }).starts_with("f.toml:1:5: "));
}

TEST(Toml, refuses_a_key_that_no_screen_holds) {
  const std::string key(2'000'000, 'k');
  const std::string said =
      "f.toml:1:1: a key of 2000000 bytes; none is longer than 1024";
  EXPECT_EQ(refusal([&] { (void)parse_toml(key + " = 1\n", "f.toml"); }), said);
  EXPECT_TRUE(refusal([&] {
                (void)parse_override(key + "=1");
              }).starts_with("--set: a key of 2000000 bytes"));
}

TEST(Toml, refuses_a_long_header_above_many_keys) {
  std::string text = "[" + std::string(1000, 'h') + "]\n";
  for (int i = 0; i < 100'000; ++i) {
    text += "k" + std::to_string(i) + " = 1\n";
  }
  EXPECT_NE(
      refusal([&] { (void)parse_toml(text, "f"); }).find("64 MiB of keys"),
      std::string::npos);
}

TEST(Toml, refuses_more_than_16_MiB) {
  const std::string text(17 << 20, '\n');
  EXPECT_EQ(
      refusal([&] { (void)parse_toml(text, "f.toml"); }),
      "f.toml has 17825792 bytes; a configuration has 16 MiB at most");
}

TEST(Toml, refuses_numbers_that_no_type_holds) {
  for (const auto* text :
       {"k = 9223372036854775808\n",
        "k = 1e99999\n",
        "k = 0x1ffffffffffffffff"}) {
    EXPECT_TRUE(refusal([&] {
                  (void)parse_toml(text, "f.toml");
                }).starts_with("f.toml:1:"))
        << text;
  }
}

TEST(Toml, quotes_no_more_of_a_key_than_a_screen_holds) {
  const std::string header = "[" + std::string(2'000'000, 'h') + "]\n";
  EXPECT_LT(
      refusal([&] { (void)parse_toml(header + header, "f.toml"); }).size(),
      500U);
}

// U+00FC, U+044F, U+2F52, U+3042, U+FB56.
TEST(Toml, letters_of_any_script_stand_in_strings_and_are_no_blanks) {
  for (const std::string letter :
       {"\xC3\xBC",
        "\xD1\x8F",
        "\xE2\xBD\x92",
        "\xE3\x81\x82",
        "\xEF\xAD\x96"}) {
    EXPECT_EQ(only("k = \"" + letter + "\"\n").value, SettingValue(letter));
    for (const auto& odd :
         {letter + " = 3\n",
          "k = " + letter + "\n",
          "k " + letter + " = 3\n",
          "k = \"\"\"a\\" + letter + "\"\"\"\n"}) {
      EXPECT_TRUE(refusal([&odd] {
                    (void)parse_toml(odd, "f.toml");
                  }).starts_with("f.toml:1:"))
          << odd;
    }
  }
}

TEST(Override, takes_one_value_only) {
  EXPECT_EQ(parse_override("a=1\nb = 2").at(0).value, SettingValue("1\nb = 2"));
}

TEST(Override, reads_toml_values_and_bare_words) {
  EXPECT_EQ(parse_override("a.b=3").at(0).value, SettingValue(int64_t{3}));
  EXPECT_EQ(parse_override("a=by-score").at(0).value, SettingValue("by-score"));
  EXPECT_EQ(parse_override("a=x,y").at(0).value, SettingValue("x,y"));
  EXPECT_EQ(parse_override("a=").at(0).value, SettingValue(std::string()));
}

TEST(Override, a_table_sets_several_keys) {
  const auto all = parse_override("moe.select={part = \"x\", groups = 8}");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].key, "moe.select.groups");
  EXPECT_EQ(all[1].key, "moe.select.part");
}

TEST(Override, needs_a_key) {
  EXPECT_EQ(
      refusal([] { (void)parse_override("=3"); }),
      "--set takes key=value; got '=3'");
}

TEST(Typed, takes_integers_for_reals_and_lists_for_names) {
  StringPool pool;
  EXPECT_EQ(typed(only("r = 1"), kRate, pool), Value(1.0));
  EXPECT_EQ(
      typed(only("n = ['a', 'b']"), kNames, pool),
      Value(std::string_view("a,b")));
  EXPECT_EQ(typed(only("n = 's'"), kName, pool), Value(std::string_view("s")));
  EXPECT_EQ(typed(only("o = true"), kOn, pool), Value(true));
}

TEST(Typed, refuses_another_type_and_names_the_wanted_one) {
  StringPool pool;
  EXPECT_EQ(
      refusal([&] { (void)typed(only("k = 1.5"), kK, pool); }),
      "f.toml:1:1: 'k' takes int");
  EXPECT_EQ(
      refusal([&] { (void)typed(only("k = ['a']"), kName, pool); }),
      "f.toml:1:1: 'k' takes string");
}

TEST(Typed, refuses_numbers_out_of_range) {
  StringPool pool;
  EXPECT_EQ(
      refusal([&] { (void)typed(only("k = 9"), kK, pool); }),
      "f.toml:1:1: 'k' must lie in [1, 8]; got 9");
  EXPECT_NE(
      refusal([&] { (void)typed(only("r = nan"), kRate, pool); }), "accepted");
}

TEST(TomlText, reads_back_as_the_same_value) {
  EXPECT_EQ(toml_text(Value(2.0), Shape::kOne), "2.0");
  EXPECT_EQ(toml_text(Value(int64_t{2}), Shape::kOne), "2");
  EXPECT_EQ(toml_text(Value(true), Shape::kOne), "true");
  const std::string_view odd = "a\"b\\c\nd";
  EXPECT_EQ(
      only("k = " + toml_text(Value(odd), Shape::kOne)).value,
      SettingValue(std::string(odd)));
  EXPECT_EQ(
      only("k = " + toml_text(Value(std::string_view("a,b")), Shape::kList))
          .value,
      SettingValue(std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace moestro
