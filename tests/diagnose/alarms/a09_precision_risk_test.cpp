// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Probes of every second window.
void put_risk(StepRecord& record, double risk) {
  if (record.step % 100 == 0) {
    record.layers[0].extras = {{"precision-at-risk", risk}};
  }
}

void put_scale(StepRecord& record, double scale) {
  auto& layer = record.layers[0];
  layer.prob.assign(64, 1.0);
  layer.lse2 = scale * scale * static_cast<double>(layer.counts.tokens);
}

TEST(A09, pages_when_rounding_comes_to_decide_for_a_fifth_of_the_tokens) {
  Watched run({.phi = 2});
  run.run(1000, [](StepRecord& r) { put_risk(r, 0.01); });
  run.run(400, [](StepRecord& r) { put_risk(r, 0.2); });
  const auto* alarm = run.first("A09");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kPage);
  EXPECT_GT(alarm->step, 1000);
  // Two probes 100 steps apart, one alarm.
  EXPECT_FALSE(alarm->closed_step);
}

// 256 experts, 8 chosen: a third of the tokens, and a healthy model.
TEST(A09, many_experts_are_always_close_together) {
  Watched run({.phi = 2});
  run.run(3000, [](StepRecord& r) {
    put_risk(r, r.step % 300 == 0 ? 0.39 : 0.25);
  });
  EXPECT_EQ(run.first("A09"), nullptr);
}

TEST(A09, warns_of_logits_that_have_grown_to_where_bf16_knows_quarters) {
  Watched run({.phi = 2});
  run.run(1000, [](StepRecord& r) { put_scale(r, 4); });
  run.run(200, [](StepRecord& r) { put_scale(r, 40); });
  ASSERT_NE(run.first("A09"), nullptr);
  EXPECT_EQ(run.first("A09")->value, 40);
}

TEST(A09, large_logits_that_were_always_large_are_no_news) {
  Watched run({.phi = 2});
  run.run(2000, [](StepRecord& r) { put_scale(r, 40); });
  EXPECT_EQ(run.first("A09"), nullptr);
}

}  // namespace
}  // namespace moestro
