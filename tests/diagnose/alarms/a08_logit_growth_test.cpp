// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

void put_scale(StepRecord& record, double scale, double largest) {
  auto& layer = record.layers[0];
  layer.prob.assign(64, 1.0);
  layer.lse2 = scale * scale * static_cast<double>(layer.counts.tokens);
  layer.max_logit = largest;
}

TEST(A08, warns_when_logits_have_doubled) {
  Watched run({.phi = 4});
  run.run(1000, [](StepRecord& r) { put_scale(r, 4, 8); });
  run.run(300, [](StepRecord& r) { put_scale(r, 9, 20); });
  ASSERT_NE(run.first("A08"), nullptr);
  EXPECT_EQ(run.first("A08")->level, Level::kWarn);
}

TEST(A08, pages_when_they_have_grown_beyond_what_bf16_tells_apart) {
  Watched run({.phi = 4});
  run.run(1000, [](StepRecord& r) { put_scale(r, 4, 8); });
  run.run(300, [](StepRecord& r) { put_scale(r, 30, 90); });
  EXPECT_EQ(run.watch->alarms().back().level, Level::kPage);
}

TEST(A08, a_fresh_router_that_runs_away_is_seen_before_it_settles) {
  Watched run({.phi = 4}, /*ours=*/true);
  const auto grow = [&run](StepRecord& r) {
    put_scale(r, std::min(12.0, 2 + 0.05 * static_cast<double>(run.step)), 20);
  };
  run.run(400, grow);
  ASSERT_NE(run.first("A08"), nullptr);
  EXPECT_LT(run.first("A08")->step, 350);
  // Of somebody else's run nobody knows where it began.
  Watched trace({.phi = 4});
  trace.run(400, [&trace](StepRecord& r) {
    put_scale(
        r, std::min(12.0, 2 + 0.05 * static_cast<double>(trace.step)), 20);
  });
  EXPECT_EQ(trace.first("A08"), nullptr);
}

TEST(A08, a_steady_scale_is_no_news) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put_scale(r, 6, 20); });
  EXPECT_EQ(run.first("A08"), nullptr);
}

}  // namespace
}  // namespace moestro
