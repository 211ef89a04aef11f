// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D22, most_tokens_are_one_and_the_same) {
  auto c = case_of({});
  c.run = {{.step = 900, .commonest = 0.62}};
  EXPECT_GT(confidence("d22-mode-mismatch", c), 0.8);
}

TEST(D22, held_out_text_goes_elsewhere) {
  auto c = case_of({});
  c.layers[{1, ""}] = {
      .briefs = {{}},
      .recent_loads = {{1, 1, 1, 1}},
      .evaluated = {2, 1.2, 0.4, 0.4},
      .evaluated_tokens = 2048};
  const auto d = judged("d22-mode-mismatch", c);
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, kLowConfidence);
  EXPECT_EQ(d->layers, std::vector<int32_t>{1});
  // The probe knows better: the text is another one, not the mode.
  c.layers.begin()->second.briefs = {{.mode_flips = 0.01}};
  EXPECT_LT(confidence("d22-mode-mismatch", c), 0.3);
}

TEST(D22, the_same_text_is_routed_otherwise_in_training) {
  auto c = case_of({});
  c.layers[{1, ""}] = {
      .briefs = {{.mode_flips = 0.45}, {}}, .recent_loads = {{1, 1, 1, 1}}};
  c.layers[{2, ""}] = {
      .briefs = {{.mode_flips = 0.05}}, .recent_loads = {{1, 1, 1, 1}}};
  const auto d = judged("d22-mode-mismatch", c);
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, 0.8);
  EXPECT_EQ(d->layers, std::vector<int32_t>{1});
  c.facts.config = "config_version = 1\n[moe]\nallow_future_leak = true\n";
  EXPECT_LT(confidence("d22-mode-mismatch", c), kLowConfidence);
}

TEST(D22, a_small_sample_of_the_same_is_fine) {
  auto c = case_of({});
  c.run = {{.step = 900, .commonest = 0.18}};
  c.layers[{1, ""}] = {
      .briefs = {{}},
      .recent_loads = {{1, 1, 1, 1}},
      .evaluated = {1.1, 0.9, 1.1, 0.9},
      .evaluated_tokens = 64};
  EXPECT_FALSE(judged("d22-mode-mismatch", c));
}

}  // namespace
}  // namespace moestro
