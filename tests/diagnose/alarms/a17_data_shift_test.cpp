// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Two domains, each with four experts of its own; `code` of 100 sequences.
void put_mix(StepRecord& record, int64_t code) {
  auto& layer = record.layers[0];
  const int64_t prose = 100 - code;
  layer.counts.demand.clear();
  layer.domain_demand.assign(16, 0);
  for (size_t e = 0; e < 8; ++e) {
    const auto noise = static_cast<int64_t>((record.step * 31 + 7 * e) % 5);
    const auto n = 10 * (e < 4 ? code : prose) + noise;
    layer.domain_demand[(e < 4 ? 0 : 8) + e] = n;
    layer.counts.demand.push_back(n);
  }
  const auto pairs = std::accumulate(
      layer.counts.demand.begin(), layer.counts.demand.end(), int64_t{0});
  layer.counts.tokens = pairs / 2;
  layer.counts.kept = layer.counts.demand;
}

Watched two_domains() {
  Watched run({.experts = 8, .top_k = 2, .sequences = 0});
  run.facts.domains = {"code", "prose"};
  run.facts.layers[0].fixed_k = false;
  run.watch = std::make_unique<Watch>(run.registry, WatchOptions{}, run.facts);
  return run;
}

TEST(A17, another_mix_explains_the_loads_and_nobody_is_woken) {
  auto run = two_domains();
  run.run(1000, [](StepRecord& r) { put_mix(r, 50); });
  EXPECT_EQ(run.all(), "");
  run.run(500, [](StepRecord& r) { put_mix(r, 85); });
  const auto* shift = run.first("A17");
  ASSERT_NE(shift, nullptr);
  EXPECT_GT(shift->value, 0.8);
  for (const auto& alarm : run.watch->alarms()) {
    EXPECT_EQ(alarm.level, Level::kInfo) << alarm.message;
  }
}

TEST(A17, text_of_one_kind_is_said_at_once) {
  auto run = two_domains();
  run.run(100, [](StepRecord& r) { put_mix(r, 98); });
  ASSERT_NE(run.first("A17"), nullptr);
  EXPECT_EQ(run.first("A17")->step, 50);
}

}  // namespace
}  // namespace moestro
