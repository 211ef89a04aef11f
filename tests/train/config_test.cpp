// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/config.h"

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/lab/registry.h"
#include "moestro/layers/recipe.h"

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
  const auto given = config.common.given("weigh", "normalised");
  ASSERT_EQ(given.size(), 2U);
  EXPECT_EQ(given[1].second, Value(1.5));
}

TEST(Config, the_last_recipe_decides) {
  const auto config = config_of(
      "[moe]\nrecipe = \"switch\"\n[moe.controller.sign-bias]\nrate = 0.5\n");
  EXPECT_EQ(config.moe.top_k, 1);
  ASSERT_EQ(config.notes.size(), 1U);
  EXPECT_EQ(
      config.notes[0],
      "moe.controller.sign-bias.rate has no effect: no layer uses that part");
}

TEST(Config, overrides_of_layers_win_over_global_keys_that_come_later) {
  auto settings = parse_toml(
      "[[moe.layers]]\nrange = \"1-2\"\ntop_k = 3\n[moe]\ntop_k = 1\n"
      "weigh = \"raw\"\nrecipe = \"topk\"\n",
      "a.toml");
  const std::vector<std::string> sets = {"moe.layers.2.top_k=4", "moe.top_k=2"};
  std::ranges::move(parse_overrides(sets), std::back_inserter(settings));
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
      "[moe]\nrecipe = \"simbal\"\nlosses = [\"z\"]\n"
      "[moe.loss.z]\nweight = 0.125\n"
      "[[moe.layers]]\nrange = \"1\"\nexperts = 16\n"
      "[moe.layers.loss.z]\nweight = 0.5\n");
  const auto text = once.toml(all);
  EXPECT_EQ(resolve(parse_toml(text, "b"), all).toml(all), text);
  EXPECT_NE(text.find("loss.z.weight = 0.5"), std::string::npos);
}

TEST(Config, a_part_that_nobody_registered_is_refused) {
  EXPECT_NE(
      failure_of("[moe]\nselect = \"best\"\n").find("no select is called"),
      std::string::npos);
}

TEST(Config, a_table_names_a_part_and_its_parameters) {
  const auto config = config_of(
      "[moe]\nrecipe = \"topk\"\n"
      "[moe.select]\ngroups = 4\npart = \"group-limited\"\n");
  EXPECT_EQ(config.moe.select, "group-limited");
  const auto given = config.common.given("select", "group-limited");
  ASSERT_EQ(given.size(), 1U);
  EXPECT_EQ(given[0].second, Value(int64_t{4}));
}

TEST(Config, a_parameter_that_the_part_in_use_lacks_is_refused) {
  EXPECT_EQ(
      failure_of("moe.recipe = \"topk\"\nmoe.weigh.scal = 2\n"),
      "a.toml:2:11: 'moe.weigh.scal': weigh 'normalised' has no parameter "
      "'scal'; did you mean 'scale'?");
}

TEST(Config, another_part_lets_the_parameters_of_a_recipe_fall) {
  const auto config =
      config_of("moe.recipe = \"deepseek-v3\"\nmoe.select = \"top-k\"\n");
  EXPECT_EQ(config.moe.select, "top-k");
  EXPECT_TRUE(config.notes.empty());
}

TEST(Config, an_alias_reaches_whichever_part_declares_it) {
  const auto config = config_of(
      "moe.recipe = \"expert-choice\"\nmoe.allow_future_leak = true\n"
      "moe.min_capacity = 3\nmoe.routed_scaling_factor = 2\n");
  EXPECT_EQ(config.common.given("select", "expert-choice").size(), 1U);
  EXPECT_EQ(config.common.given("weigh", "raw")[0].second, Value(2.0));
}

TEST(Config, an_alias_of_another_part_is_noted) {
  const auto config = config_of("moe.recipe = \"topk\"\nmoe.groups = 2\n");
  ASSERT_EQ(config.notes.size(), 1U);
  EXPECT_EQ(
      config.notes[0], "moe.groups has no effect: no layer uses that part");
}

TEST(Config, a_set_that_every_layer_overrides_is_refused) {
  const auto all = registry();
  auto settings =
      parse_toml("[[moe.layers]]\nrange = \"0-2\"\nexperts = 8\n", "a.toml");
  std::ranges::move(
      parse_override("moe.experts=4"), std::back_inserter(settings));
  try {
    (void)resolve(settings, all);
    FAIL() << "accepted";
  } catch (const ConfigurationError& error) {
    EXPECT_EQ(error.subject(), "moe.experts");
    EXPECT_NE(
        std::string(error.what()).find("moe.layers.0-2.experts"),
        std::string::npos);
  }
}

TEST(Config, a_recipe_over_a_resolved_file_is_refused) {
  const auto all = registry();
  const auto text = config_of("moe.recipe = \"topk\"\n").toml(all);
  auto settings = parse_toml(text, "resolved.toml");
  std::ranges::move(
      parse_override("moe.recipe=switch"), std::back_inserter(settings));
  EXPECT_THROW((void)resolve(settings, all), ConfigurationError);
}

TEST(Config, the_same_name_twice_in_a_list_is_refused) {
  EXPECT_NE(
      failure_of("moe.losses = [\"switch\", \"switch\"]\n").find("twice"),
      std::string::npos);
}

TEST(Config, a_range_without_keys_is_refused) {
  EXPECT_NE(
      failure_of("[[moe.layers]]\nrange = \"0\"\n").find("sets no key"),
      std::string::npos);
}

TEST(Config, names_are_checked_also_where_the_layer_uses_none) {
  EXPECT_NE(
      failure_of("moe.layer = \"smear\"\nmoe.controllers = [\"nonsense\"]\n")
          .find("no controller"),
      std::string::npos);
}

TEST(Config, a_warm_up_longer_than_the_run_is_noted) {
  const auto config = config_of("train.steps = 50\n");
  ASSERT_EQ(config.notes.size(), 1U);
  EXPECT_EQ(
      config.notes[0], "optimizer.warmup = 100 is cut to train.steps = 50");
}

TEST(Config, every_part_that_decides_must_be_causal) {
  for (const auto* key :
       {"moe.admit = \"by-score\"",
        "moe.admit = \"by-arrival\"",
        "moe.select = \"expert-choice\""}) {
    const auto message =
        failure_of(std::string("moe.recipe = \"topk\"\n") + key + "\n");
    EXPECT_NE(message.find("moe.allow_future_leak=true"), std::string::npos)
        << key;
  }
  EXPECT_EQ(failure_of("moe.recipe = \"switch\"\n"), "");
}

TEST(Config, recipes_say_the_truth_about_causality) {
  for (const auto& recipe : recipes()) {
    const auto message = failure_of("moe.recipe = \"" + recipe.name + "\"\n");
    EXPECT_EQ(recipe.causal, message.empty()) << recipe.name << message;
  }
}

}  // namespace
}  // namespace moestro
