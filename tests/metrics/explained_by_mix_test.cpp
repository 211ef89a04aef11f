// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "explained-by-mix";

LayerRecord step(std::vector<int64_t> domain_demand) {
  const std::vector<int64_t> demand{
      domain_demand[0] + domain_demand[2], domain_demand[1] + domain_demand[3]};
  return {
      .counts = {.tokens = demand[0] + demand[1], .demand = demand},
      .domain_demand = std::move(domain_demand)};
}

// Domain 0 sends 90 % to expert 0, domain 1 10 %.
const LayerRecord kEven = step({900, 100, 100, 900});

TEST(ExplainedByMix, is_one_when_only_the_mix_changed) {
  EXPECT_NEAR(over(kName, {kEven, step({1350, 150, 50, 450})}, 1), 1, 1e-12);
}

TEST(ExplainedByMix, is_zero_when_only_the_router_changed) {
  EXPECT_EQ(over(kName, {kEven, step({1000, 0, 400, 600})}, 1), 0);
}

// Predicted 0.7 of 0.8 seen, 0.5 before: 1 - 0.1^2 / 0.3^2.
TEST(ExplainedByMix, is_the_part_of_the_change_that_the_mix_predicts) {
  EXPECT_NEAR(
      over(kName, {kEven, step({1500, 0, 100, 400})}, 1), 8. / 9, 1e-12);
}

TEST(ExplainedByMix, is_unknown_where_loads_stay_or_domains_do_not_stand) {
  EXPECT_TRUE(std::isnan(over(kName, {kEven, kEven}, 1)));
  EXPECT_TRUE(std::isnan(over(kName, {kEven, step({905, 95, 100, 900})}, 1)));
  EXPECT_TRUE(std::isnan(over(
      kName,
      {{.counts = {.tokens = 1000, .demand = {900, 100}}},
       {.counts = {.tokens = 1000, .demand = {100, 900}}}},
      1)));
}

}  // namespace
}  // namespace moestro
