// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/compare_text.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

Comparison apart() {
  return {
      .common_steps = 1200,
      .settings = {{.key = "moe.top_k", .a = "2", .b = "1"}},
      .loss = {.exact = 61, .beyond_noise = {}},
      .layers =
          {{.layer = 0, .a = {.max_vio = 0.5}, .b = {}},
           {.layer = 1,
            .a = {.max_vio = 0.25},
            .b = {.max_vio = 1.5},
            .correlation = 0.75,
            .parting = {.exact = 40, .beyond_noise = 1001}}},
      .b = {.alarms = {{.id = "A01", .level = Level::kWarn, .step = 1100}}}};
}

TEST(CompareText, tells_where_they_part_and_what_differs) {
  const auto text = compare_text(apart(), {"one", "two"}, Style::kPlain);
  for (const auto* words :
       {"1,200 common steps",
        "loss     at all step 61; beyond noise never",
        "routing  at all step 40, layer 1; beyond noise step 1,001, layer 1",
        "moe.top_k",
        "2  ->  1",
        "only two raises",
        "one: nothing to explain"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  }
  EXPECT_EQ(text.find("only one raises"), std::string::npos);
}

TEST(CompareText, names_of_runs_cannot_command_a_terminal) {
  const auto text = compare_text({}, {"a\x1b[2J", "b"}, Style::kPlain);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(CompareJson, says_the_same_with_null_for_never) {
  const auto json = to_json(apart(), {"one", "two"});
  const auto first = json.at("first_difference");
  EXPECT_EQ(first.at("loss").at("exact").as_int(), 61);
  EXPECT_TRUE(first.at("loss").at("beyond_noise").is_null());
  EXPECT_EQ(first.at("routing").at("beyond_noise").as_int(), 1001);
  EXPECT_EQ(json.at("settings").as_array()[0].at("b").as_string(), "1");
  const auto layer = json.at("layers").as_array()[0];
  EXPECT_TRUE(layer.at("max_vio").as_array()[1].is_null());
  EXPECT_EQ(json.at("b").at("alarms_only_here").as_array().size(), 1);
  EXPECT_TRUE(json.at("a").at("verdicts").as_array().empty());
}

}  // namespace
}  // namespace moestro
