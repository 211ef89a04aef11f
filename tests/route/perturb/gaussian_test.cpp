// SPDX-License-Identifier: Apache-2.0
// Gaussian noise on logits: size, knob, evaluation.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

Tensor noise_of(const Batch& batch, Phase phase = Phase::kTrain) {
  const auto zero = here(at::zeros({batch.tokens.valid_T.mask().size(0), 4}));
  const auto part = make<Perturb>("gaussian", site_of(batch), {{"std", 0.5}});
  return part->logits({.live = zero}, zero, batch.context(phase)).live;
}

TEST(perturb_gaussian, has_the_given_deviation) {
  const auto noise = noise_of(Batch(5000, 4));
  EXPECT_NEAR(noise.std().item<double>(), 0.5, 0.01);
  EXPECT_NEAR(noise.mean().item<double>(), 0, 0.01);
}

TEST(perturb_gaussian, is_scaled_by_the_noise_knob) {
  Batch batch(5, 4);
  const auto noise = noise_of(batch);
  batch.knobs.noise = 3;
  EXPECT_LT(distance(noise_of(batch), noise * 3), 1e-6);
  batch.knobs.noise = 0;
  EXPECT_EQ(noise_of(batch).abs().sum().item<double>(), 0);
}

TEST(perturb_gaussian, is_absent_in_evaluation) {
  const auto noise = noise_of(Batch(5, 4), Phase::kEvaluate);
  EXPECT_EQ(noise.abs().sum().item<double>(), 0);
}

}  // namespace
}  // namespace moestro::test
