// SPDX-License-Identifier: Apache-2.0
// f P per sequence.
#include "tests/balance/loss_fixture.h"
#include "tests/device/device.h"

namespace moestro::test {
namespace {

TEST(loss_sequence, is_one_at_uniform) {
  Batch batch(16, 8);
  batch.split({8, 8});
  EXPECT_FLOAT_EQ(loss_at("sequence", here(at::zeros({16, 8})), batch), 1);
}

TEST(loss_sequence, sees_sequences_that_are_balanced_only_together) {
  Batch batch(16, 4);
  batch.split({8, 8});
  const auto logits = at::cat({only(8, 4, 0, 2), only(8, 4, 2, 2)});
  EXPECT_FLOAT_EQ(loss_at("switch", logits, batch), 1);
  EXPECT_FLOAT_EQ(loss_at("sequence", logits, batch), 2);
}

TEST(loss_sequence, is_the_mean_over_sequences_with_a_real_token) {
  Batch batch(12, 4);
  batch.split({4, 4, 4});
  batch.tokens.valid_T = here(at::arange(12)).lt(6);
  const auto logits = at::cat({only(4, 4, 0, 2), only(8, 4, 2, 2)});
  EXPECT_FLOAT_EQ(loss_at("sequence", logits, batch), 2);
  batch.tokens.valid_T.mask().zero_();
  EXPECT_EQ(loss_at("sequence", logits, batch), 0);
}

// DeepSeek-V3, eq. 17-20: f of the scores without the bias.
TEST(loss_sequence, counts_the_chosen_or_the_best_scores_without_bias) {
  Batch batch(1, 4);
  batch.bias_E = here(at::tensor({-1.0F, 0.0F, 0.0F, 1.0F}));
  const auto r = route(
      matrix({{1, 0, -1, -2}}),
      batch,
      {.score = "sigmoid", .weigh = "normalised"});
  const auto value = [&](std::string_view counts) {
    return loss_of("sequence", r, batch, {{"counts", counts}}).item<double>();
  };
  EXPECT_NEAR(value("chosen"), 0.7648, 5e-5);
  EXPECT_NEAR(value("unbiased"), 1.5206, 5e-5);
}

TEST(loss_sequence, without_bias_both_counts_agree_and_leave_padding_out) {
  Batch batch(12, 4);
  batch.split({4, 4, 4});
  batch.tokens.valid_T = here(at::arange(12)).lt(6);
  const auto r = route(numbers(12, 4), batch);
  EXPECT_EQ(
      loss_of("sequence", r, batch, {{"counts", "unbiased"}}).item<double>(),
      loss_of("sequence", r, batch).item<double>());
}

TEST(loss_sequence, has_the_closed_form_gradient) {
  Batch batch(6, 5);
  batch.split({2, 4});
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto n_SE = route(x, batch).sums.demand_SE.to(at::kDouble);
  const auto f_SE = n_SE / n_SE.sum(1, true);
  const auto length =
      here(at::tensor({2.0, 2.0, 4.0, 4.0, 4.0, 4.0}, at::kDouble));
  const auto f_TE = f_SE.index_select(0, batch.tokens.sequence_T);
  const auto want =
      through_softmax(x.softmax(1), f_TE) * 5 / length.unsqueeze(1) / 2;
  EXPECT_LT(distance(slope_at("sequence", x, batch), want), 1e-14);
}

}  // namespace
}  // namespace moestro::test
