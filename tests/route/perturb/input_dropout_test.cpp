// SPDX-License-Identifier: Apache-2.0
// Dropout of the router input keeps the mean.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(perturb_input_dropout, drops_the_given_share_and_keeps_the_mean) {
  const Batch batch(5000, 4);
  const auto part =
      make<Perturb>("input-dropout", site_of(batch), {{"rate", 0.2}});
  const auto x = part->input(here(at::ones({5000, 4})), batch.context());
  EXPECT_NEAR(x.eq(0).to(at::kFloat).mean().item<double>(), 0.2, 0.01);
  EXPECT_NEAR(x.max().item<double>(), 1.25, 1e-6);
  EXPECT_NEAR(x.mean().item<double>(), 1, 0.015);
}

TEST(perturb_input_dropout, is_the_identity_in_evaluation) {
  const Batch batch(3, 4);
  const auto x = numbers(3, 4);
  const auto part = make<Perturb>("input-dropout", site_of(batch));
  EXPECT_TRUE(equal(part->input(x, batch.context(Phase::kEvaluate)), x));
}

}  // namespace
}  // namespace moestro::test
