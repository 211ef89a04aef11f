// SPDX-License-Identifier: Apache-2.0
// Jitter stays within its bounds and out of evaluation.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(perturb_jitter, multiplies_within_its_bounds) {
  const Batch batch(500, 4);
  const auto part = make<Perturb>("jitter", site_of(batch), {{"eps", 0.25}});
  const auto factor = part->input(here(at::ones({500, 4})), batch.context());
  EXPECT_GE(factor.min().item<double>(), 0.75);
  EXPECT_LE(factor.max().item<double>(), 1.25);
  EXPECT_LT(factor.min().item<double>(), 0.76);
  EXPECT_GT(factor.max().item<double>(), 1.24);
  EXPECT_NEAR(factor.mean().item<double>(), 1, 0.01);
}

TEST(perturb_jitter, is_the_identity_in_evaluation) {
  const Batch batch(3, 4);
  const auto x = numbers(3, 4);
  const auto part = make<Perturb>("jitter", site_of(batch));
  EXPECT_TRUE(equal(part->input(x, batch.context(Phase::kEvaluate)), x));
}

TEST(perturb_jitter, repeats_itself_in_recomputation) {
  const Batch batch(3, 4);
  const auto x = numbers(3, 4);
  const auto part = make<Perturb>("jitter", site_of(batch));
  EXPECT_TRUE(equal(
      part->input(x, batch.context()),
      part->input(x, batch.context(Phase::kRecompute))));
}

}  // namespace
}  // namespace moestro::test
