// SPDX-License-Identifier: Apache-2.0
// What metrics call their value by chance is what balanced routing shows.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"
#include "tests/stats/clustered.h"

namespace moestro {
namespace {

constexpr RoutingShape kShape{.experts = 64, .top_k = 8, .tokens = 4096};
constexpr int kBatches = 200;

// Mean value over balanced batches, and what the metric expects.
struct Pair {
  double value = 0, expected = 0;
};

Pair of_balanced(std::string_view name) {
  const BalancedLoads loads(kShape);
  std::vector<LayerRecord> records;
  for (uint64_t batch = 0; batch < kBatches; ++batch) {
    LayerRecord record{.counts = {.tokens = kShape.tokens}};
    for (const double u : loads.draw(batch)) {
      record.counts.demand.push_back(std::llround(u * 512));
    }
    records.push_back(std::move(record));
  }
  return {over(name, records, 8), expected(name, records[0], 8)};
}

class ByChance : public testing::TestWithParam<std::string_view> {};

TEST_P(ByChance, is_what_balanced_routing_shows) {
  const auto [value, expected] = of_balanced(GetParam());
  EXPECT_NEAR(value / expected, 1, 0.03) << value << " " << expected;
}

INSTANTIATE_TEST_SUITE_P(
    Metrics,
    ByChance,
    testing::Values(
        "max-vio",
        "min-load",
        "avg-vio",
        "cv",
        "gini",
        "effective-experts",
        "experts-per-token"),
    [](const auto& info) {
      std::string name(info.param);
      std::erase(name, '-');
      return name;
    });

// Dirichlet(8): phi is 2, MaxVio 0.215 (sqrt 2 times 0.149).
Pair of_clusters(std::string_view name) {
  std::mt19937_64 random(3);
  Pair sum;
  OneMetric one(name);
  for (int i = 0; i < kBatches; ++i) {
    const auto batch = dirichlet_batch({}, 8, random);
    const LayerRecord record{
        .counts = {.tokens = 32 * 512, .demand = batch.demand_E},
        .sequences = SequenceRows(batch.demand_SE, batch.tokens_S).sums()};
    sum.value += one.metric->value(record, {1, one.null}) / kBatches;
    sum.expected += one.metric->expected(record, {1, one.null}) / kBatches;
  }
  return sum;
}

TEST(ByChance, widens_with_the_dispersion_of_the_text) {
  for (const auto* name : {"max-vio", "cv", "gini", "avg-vio", "min-load"}) {
    const auto [value, expected] = of_clusters(name);
    EXPECT_NEAR(value / expected, 1, 0.06) << name << value << " " << expected;
  }
  EXPECT_NEAR(of_clusters("max-vio").value, 0.215, 0.01);
  const auto test = of_clusters("balance-test");
  EXPECT_NEAR(test.value / test.expected, 1, 0.05);
}

}  // namespace
}  // namespace moestro
