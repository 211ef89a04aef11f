// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/config.h"

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/lab/registry.h"

namespace moestro {
namespace {

Config config_of(const std::string& toml) {
  return resolve(parse_toml(toml, "a.toml"), registry());
}

std::string failure_of(const std::string& toml) {
  try {
    (void)config_of(toml);
  } catch (const ConfigurationError& failure) {
    return failure.what();
  }
  return "";
}

TEST(Config, an_unknown_key_is_placed_and_a_near_one_suggested) {
  const auto message = failure_of("[moe]\nexprts = 4\n");
  EXPECT_EQ(
      message,
      "a.toml:2:1: unknown key 'moe.exprts'; did you mean 'moe.experts'?");
}

TEST(Config, a_wrong_type_names_the_key_and_what_it_takes) {
  EXPECT_EQ(
      failure_of("[train]\nsteps = \"many\"\n"),
      "a.toml:2:1: 'train.steps' takes int");
}

TEST(Config, impossible_sizes_name_both_keys) {
  EXPECT_NE(
      failure_of("[moe]\nexperts = 4\ntop_k = 5\n").find("moe.top_k = 5"),
      std::string::npos);
  EXPECT_NE(
      failure_of("[model]\ndim = 30\nheads = 4\n").find("model.heads = 4"),
      std::string::npos);
  EXPECT_NE(failure_of("[moe]\nexperts = 0\n").find("[1, "), std::string::npos);
}

TEST(Config, files_win_over_the_recipe_in_whatever_order_they_name_it) {
  const auto config =
      config_of("[moe]\nroute_scale = 1.5\nrecipe = \"deepseek-v3\"\n");
  EXPECT_EQ(config.moe.score, "sigmoid");
  EXPECT_EQ(config.moe.route_scale, 1.5);
}

TEST(Config, the_last_recipe_decides) {
  const auto config = config_of(
      "[moe]\nrecipe = \"switch\"\n[moe.controller.sign-bias]\nrate = 0.5\n");
  EXPECT_EQ(config.moe.top_k, 1);
  ASSERT_EQ(config.notes.size(), 1U);
  EXPECT_EQ(config.notes[0], "moe.controller.sign-bias.rate");
}

TEST(Config, overrides_of_layers_win_over_global_keys_that_come_later) {
  auto settings = parse_toml(
      "[[moe.layers]]\nrange = \"1-2\"\ntop_k = 3\n[moe]\ntop_k = 1\n"
      "weigh = \"raw\"\nrecipe = \"topk\"\n",
      "a.toml");
  settings.push_back(parse_override("moe.layers.2.top_k=4"));
  settings.push_back(parse_override("moe.top_k=2"));
  const auto config = resolve(settings, registry());
  EXPECT_EQ(config.layers[0].moe.top_k, 2);
  EXPECT_EQ(config.layers[1].moe.top_k, 3);
  EXPECT_EQ(config.layers[2].moe.top_k, 4);
}

TEST(Config, a_range_beyond_the_last_block_is_refused) {
  EXPECT_NE(
      failure_of("[[moe.layers]]\nrange = \"1-3\"\ntop_k = 1\n").find("0-2"),
      std::string::npos);
}

TEST(Config, what_is_printed_resolves_to_itself) {
  const auto all = registry();
  const auto once = config_of(
      "[moe]\nrecipe = \"st-moe\"\nlosses = [\"z\"]\n"
      "[moe.loss.z]\nweight = 0.125\n"
      "[[moe.layers]]\nrange = \"1\"\nexperts = 16\n"
      "[moe.layers.loss.z]\nweight = 0.5\n");
  const auto text = once.toml(all);
  EXPECT_EQ(resolve(parse_toml(text, "b"), all).toml(all), text);
  EXPECT_NE(text.find("loss.z.weight = 0.5"), std::string::npos);
}

TEST(Config, a_part_that_nobody_registered_is_refused) {
  EXPECT_EQ(failure_of("[moe]\nselect = \"best\"\n").find("no select"), 0U);
}

}  // namespace
}  // namespace moestro
