// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/facts.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

RunFacts some_facts() {
  return {
      .recipe = "remoe",
      .steps = 60,
      .seed = 7,
      .layers =
          {{.kind = "dense"},
           {.kind = "routed",
            .experts = 8,
            .top_k = 2,
            .expert_parameters = 4096,
            .device_E = {0, 0, 1, 1, 0, 0, 1, 1}}},
      .domains = {"a,b", "prose \"quoted\""},
      .parameters = 100'000,
      .baselines = {.order3_bits_per_byte = 2.5},
      .finished = true};
}

TEST(Facts, come_back_as_they_were) {
  const auto facts = facts_of(texts_of(some_facts()), 2);
  EXPECT_EQ(facts.recipe, "remoe");
  EXPECT_EQ(facts.steps, 60);
  EXPECT_EQ(facts.seed, 7);
  EXPECT_EQ(facts.threads, std::nullopt);
  ASSERT_EQ(facts.layers.size(), 2U);
  EXPECT_EQ(facts.layers[0].kind, "dense");
  EXPECT_EQ(facts.layers[1].experts, 8);
  EXPECT_EQ(facts.layers[1].top_k, 2);
  EXPECT_EQ(facts.layers[1].expert_parameters, 4096);
  EXPECT_EQ(
      facts.layers[1].device_E, (std::vector<int32_t>{0, 0, 1, 1, 0, 0, 1, 1}));
  EXPECT_TRUE(facts.layers[0].device_E.empty());
  EXPECT_EQ(facts.parameters, 100'000);
  EXPECT_EQ(facts.baselines.order2_bits_per_byte, std::nullopt);
  EXPECT_EQ(facts.baselines.order3_bits_per_byte, 2.5);
  EXPECT_TRUE(facts.finished);
}

TEST(Facts, a_domain_with_a_comma_is_one_domain) {
  const auto facts = facts_of(texts_of(some_facts()), 2);
  EXPECT_EQ(
      facts.domains, (std::vector<std::string>{"a,b", "prose \"quoted\""}));
}

TEST(Facts, of_version_1_name_layers_one_by_one) {
  const auto facts = facts_of(
      {{"domains", "code,prose"},
       {"experts/01", "8"},
       {"finished", "true"},
       {"layers", "3"},
       {"somebody/else", "x"},
       {"top_k/01", "2"}},
      1);
  ASSERT_EQ(facts.layers.size(), 3U);
  EXPECT_EQ(facts.layers[0].experts, 0);
  EXPECT_EQ(facts.layers[1].experts, 8);
  EXPECT_EQ(facts.layers[1].top_k, 2);
  EXPECT_EQ(facts.domains, (std::vector<std::string>{"code", "prose"}));
  EXPECT_TRUE(facts.finished);
}

TEST(Facts, that_are_no_numbers_are_not_known) {
  const auto facts = facts_of({{"steps", "many"}, {"layers", "few"}}, 1);
  EXPECT_EQ(facts.steps, std::nullopt);
  EXPECT_TRUE(facts.layers.empty());
}

}  // namespace
}  // namespace moestro
