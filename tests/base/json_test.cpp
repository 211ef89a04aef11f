// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/json.h"

#include <limits>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

std::string refusal(std::string_view text) {
  try {
    (void)parse_json(text, "x.json");
  } catch (const DataError& failure) {
    return failure.what();
  }
  return "accepted";
}

TEST(Json, keeps_the_order_of_keys) {
  const auto json = parse_json(R"({"b": [1, 2.5], "a": null})", "x");
  EXPECT_EQ(dump(json), R"({"b":[1,2.5],"a":null})");
}

TEST(Json, non_finite_numbers_become_null) {
  EXPECT_EQ(dump(Json(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(Json, integers_and_reals_stay_apart) {
  const auto json = parse_json("[9007199254740993, 1.0]", "x");
  EXPECT_EQ(json.as_array()[0].as_int(), 9007199254740993);
  EXPECT_THROW((void)json.as_array()[1].as_int(), ContractError);
}

TEST(Json, refuses_a_repeated_key_at_any_depth) {
  EXPECT_EQ(
      refusal(R"({"a": {"b": 1, "b": 2}})"),
      "x.json is not valid JSON: the key 'b' twice");
}

TEST(Json, allows_the_same_key_in_neighbours) {
  EXPECT_EQ(refusal(R"([{"a": 1}, {"a": 2}])"), "accepted");
}

TEST(Json, refuses_what_is_cut_or_followed_by_more) {
  EXPECT_NE(refusal("{\"a\": 1").find("syntax error"), std::string::npos);
  EXPECT_NE(refusal("{} {}").find("syntax error"), std::string::npos);
}

TEST(Json, refuses_depth_beyond_64) {
  EXPECT_EQ(
      refusal(std::string(65, '[') + std::string(65, ']')),
      "x.json is not valid JSON: more than 64 levels");
}

TEST(Json, refuses_depth_before_it_has_read_the_rest) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) {
    text += R"({"a":[)";
  }
  EXPECT_EQ(refusal(text), "x.json is not valid JSON: more than 64 levels");
}

TEST(Json, refuses_a_nul_byte_and_what_follows_it) {
  EXPECT_EQ(
      refusal(std::string_view("{}\0garbage", 10)),
      "x.json is not valid JSON: a NUL byte at byte 3");
  EXPECT_EQ(
      refusal(std::string_view("[\"a\0b\"]", 7)),
      "x.json is not valid JSON: a NUL byte at byte 4");
}

TEST(Json, refuses_numbers_beyond_double) {
  EXPECT_EQ(
      refusal("[1, 1e999]"),
      "x.json is not valid JSON: a number too large at byte 9");
  EXPECT_EQ(refusal("[1e-999]"), "accepted");
}

TEST(Json, quotes_no_more_of_a_key_than_a_screen_holds) {
  const auto key = "\"" + std::string(2'000'000, 'k') + "\": 1";
  EXPECT_LT(refusal("{" + key + ", " + key + "}").size(), 500U);
}

TEST(Json, refuses_integers_beyond_63_bits) {
  EXPECT_NE(refusal("9223372036854775808"), "accepted");
}

TEST(Json, asking_for_another_kind_breaks_the_contract) {
  EXPECT_THROW((void)Json(1).as_string(), ContractError);
  EXPECT_THROW((void)Json(JsonObject{}).at("x"), ContractError);
}

TEST(Json, set_replaces_the_value_of_a_key_where_it_stands) {
  Json json;
  json.set("a", 1).set("b", 2).set("a", 3);
  EXPECT_EQ(json.as_object().size(), 2U);
  EXPECT_EQ(json.find("a")->as_int(), 3);
  EXPECT_EQ(dump(json), R"({"a":3,"b":2})");
}

TEST(Json, whatever_is_set_is_found_and_dumped_once) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    Json json(JsonObject{});
    std::map<std::string, int64_t> wanted;
    for (int i = 0; i < 40; ++i) {
      const auto key = std::string(1, static_cast<char>('a' + random() % 12));
      wanted[key] = static_cast<int64_t>(random() % 1000);
      json.set(key, wanted[key]);
    }
    const auto read = parse_json(dump(json), "its own dump");
    EXPECT_EQ(dump(read), dump(json));
    EXPECT_EQ(json.as_object().size(), wanted.size());
    for (const auto& [key, value] : wanted) {
      EXPECT_EQ(json.at(key).as_int(), value);
      EXPECT_EQ(read.at(key).as_int(), value);
    }
  }
}

TEST(Json, a_repeated_key_of_a_list_of_members_has_its_last_value) {
  const Json json = JsonObject{{"a", 1}, {"b", 2}, {"a", 3}};
  EXPECT_EQ(dump(json), R"({"a":3,"b":2})");
}

TEST(Json, a_copy_does_not_see_later_changes) {
  Json one;
  one.set("list", JsonArray{1});
  auto other = one;
  const auto part = one.at("list");
  other.set("list", 5);
  one.set("more", part);
  EXPECT_EQ(dump(one), R"({"list":[1],"more":[1]})");
  EXPECT_EQ(dump(other), R"({"list":5})");
  EXPECT_EQ(dump(part), "[1]");
}

TEST(Json, a_value_can_be_set_into_itself) {
  Json json;
  json.set("a", 1);
  json.set("self", json);
  EXPECT_EQ(dump(json), R"({"a":1,"self":{"a":1}})");
}

TEST(Json, a_part_outlives_its_document) {
  const auto part = parse_json(R"({"a": ["x", "y"]})", "x").at("a").as_array();
  EXPECT_EQ(part[1].as_string(), "y");
}

TEST(Json, arrays_grow_at_their_end_and_end_there) {
  Json json;
  json.append(1).append("x");
  EXPECT_EQ(dump(json), R"([1,"x"])");
  EXPECT_THROW((void)json.as_array()[2], ContractError);
  EXPECT_THROW(json.set("a", 1), ContractError);
}

}  // namespace
}  // namespace moestro
