// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/json.h"

#include <limits>

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

TEST(Json, refuses_integers_beyond_63_bits) {
  EXPECT_NE(refusal("9223372036854775808"), "accepted");
}

TEST(Json, asking_for_another_kind_breaks_the_contract) {
  EXPECT_THROW((void)Json(1).as_string(), ContractError);
  EXPECT_THROW((void)Json(JsonObject{}).at("x"), ContractError);
}

}  // namespace
}  // namespace moestro
