// SPDX-License-Identifier: Apache-2.0
// The building blocks of routing, each by itself.
#include <limits>

#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(assign, sorts_served_pairs_by_expert_then_token) {
  const auto a =
      assign(here(at::tensor({2, 0, 0, -1, 2, 1}, at::kLong)).view({3, 2}), 3);
  EXPECT_EQ(ints(a.expert_N), (Ints{0, 0, 1, 2, 2, -1}));
  EXPECT_EQ(ints(a.token_N), (Ints{0, 1, 2, 0, 2, 1}));
  EXPECT_EQ(ints(a.slot_N), (Ints{1, 0, 1, 0, 0, 1}));
  EXPECT_EQ(ints(a.offset_E1), (Ints{0, 2, 3, 5}));
  EXPECT_EQ(ints(a.demand_E), (Ints{2, 1, 2}));
}

TEST(assign, puts_dropped_pairs_behind_the_served_ones) {
  const auto a = assign_pairs(
      {.token_N = here(at::tensor({3, 2, 1, 0}, at::kLong)),
       .expert_N = here(at::tensor({0, 0, 1, -1}, at::kLong)),
       .slot_N = here(at::tensor({0, 0, 0, 0}, at::kLong)),
       .served_N = here(at::tensor({1, 0, 1, 1})).to(at::kBool)},
      2);
  EXPECT_EQ(ints(a.token_N), (Ints{3, 1, 2, 0}));
  EXPECT_EQ(ints(a.expert_N), (Ints{0, 1, 0, -1}));
  EXPECT_EQ(ints(a.offset_E1), (Ints{0, 1, 2}));
  EXPECT_EQ(ints(a.demand_E), (Ints{2, 1}));
  EXPECT_EQ(ints(served(a)), (Ints{1, 1, 0, 0}));
}

TEST(assign, refuses_indices_that_are_not_int64) {
  EXPECT_THROW((void)assign(here(at::zeros({2, 2}, at::kInt)), 3), c10::Error);
}

TEST(best, nan_ranks_below_every_finite_score_and_above_forbidden) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const auto choice = matrix({{nan, -1e30, -inf, 2}, {nan, nan, -inf, -inf}});
  EXPECT_EQ(
      ints(best(choice, here(at::zeros({2, 4})), 3)),
      (Ints{3, 1, 0, 0, 1, -1}));
}

TEST(best, equal_choices_are_ranked_by_the_second_key_then_by_index) {
  const auto choice = matrix({{1, 0, 0, 0}, {5, 5, 5, 6}, {-0.0, 0, -1, -2}});
  const auto tie = matrix({{110, 1, 2, 3}, {-1, 4, 4, -9}, {-1, -1, 2, 1}});
  const Ints want = {0, 3, 2, 1, 3, 1, 2, 0, 0, 1, 2, 3};
  EXPECT_EQ(ints(best(choice, tie, 4)), want);
  EXPECT_EQ(ints(best(choice.to(at::kDouble), tie.to(at::kDouble), 4)), want);
}

TEST(ranked, orders_floats_of_every_size_and_sign) {
  const double tiny = 1e-42, huge = 3e38;
  const auto values = matrix({{0, tiny, -tiny, huge, -huge, 1, -1}});
  EXPECT_EQ(
      ints(ranked(values, at::zeros_like(values))),
      (Ints{3, 5, 1, 0, 2, 6, 4}));
  EXPECT_EQ(
      ints(ranked(at::zeros_like(values), values)),
      (Ints{3, 5, 1, 0, 2, 6, 4}));
}

TEST(best, refuses_more_experts_than_there_are) {
  EXPECT_THROW(
      (void)best(here(at::zeros({2, 3})), here(at::zeros({2, 3})), 4),
      c10::Error);
}

TEST(capacity, rounds_up_and_stays_between_minimum_and_tokens) {
  EXPECT_EQ(capacity(5, 1, 1.0, 4, 0), 2);
  EXPECT_EQ(capacity(5, 1, 1.0, 4, 4), 4);
  EXPECT_EQ(capacity(5, 2, 100, 4, 0), 5);
  EXPECT_EQ(capacity(5, 1, 1.0, 4, 9), 5);
  EXPECT_EQ(capacity(0, 1, 1.0, 4, 4), 0);
  EXPECT_EQ(capacity(8, 2, 1.25, 4, 0), 5);
  EXPECT_EQ(capacity(1 << 20, 8, 1e300, 4, 0), 1 << 20);
}

TEST(capacity, is_the_same_asked_as_a_tensor) {
  for (const double factor : {0.3, 1.0, 1.1, 1.25, 2.0, 1e9}) {
    for (const int64_t valid : {0, 1, 5, 17, 40}) {
      Batch batch(40, 7, 3);
      batch.tokens.valid_T = here(at::arange(40)).lt(valid);
      EXPECT_EQ(
          capacity(batch.context(), factor, 2).item<int64_t>(),
          capacity(valid, 3, factor, 7, 2));
    }
  }
}

TEST(uniform, is_between_zero_and_one_and_keyed_by_the_serial) {
  Batch batch(1000, 4);
  const auto all = uniform(batch.context(), 5, 6);
  EXPECT_GE(all.min().item<double>(), 0);
  EXPECT_LT(all.max().item<double>(), 1);
  EXPECT_NEAR(all.mean().item<double>(), 0.5, 0.01);
  Batch later(200, 4);
  later.tokens.serial_T = here(at::arange(800, 1000));
  later.micro = 3;
  EXPECT_TRUE(equal(uniform(later.context(), 5, 6), all.narrow(0, 800, 200)));
}

TEST(uniform, differs_by_stream_step_and_layer) {
  Batch batch(8, 4);
  const auto one = uniform(batch.context(), 5, 4);
  EXPECT_FALSE(equal(uniform(batch.context(), 6, 4), one));
  ++batch.step;
  EXPECT_FALSE(equal(uniform(batch.context(), 5, 4), one));
  --batch.step;
  ++batch.layer;
  EXPECT_FALSE(equal(uniform(batch.context(), 5, 4), one));
}

TEST(uniform, more_columns_leave_the_first_ones_alone) {
  const Batch batch(8, 4);
  const auto wide = uniform(batch.context(), 5, 9);
  EXPECT_TRUE(equal(uniform(batch.context(), 5, 3), wide.narrow(1, 0, 3)));
}

TEST(normal, has_mean_zero_and_deviation_one) {
  const Batch batch(20000, 4);
  const auto all = normal(batch.context(), 5, 4);
  EXPECT_NEAR(all.mean().item<double>(), 0, 0.01);
  EXPECT_NEAR(all.std().item<double>(), 1, 0.01);
  EXPECT_NEAR(all.pow(4).mean().item<double>(), 3, 0.1);
}

TEST(stream_of, fits_into_24_bits_and_tells_names_apart) {
  static_assert(stream_of("a") < (1U << 24U));
  static_assert(stream_of("perturb.jitter") != stream_of("perturb.gaussian"));
}

TEST(entropy, is_exact_at_both_ends_and_has_a_finite_gradient) {
  EXPECT_EQ(entropy(matrix({{1, 0, 0}})).item<double>(), 0);
  EXPECT_NEAR(
      entropy(here(at::full({4}, 0.25))).item<double>(), std::log(4.0), 1e-6);
  const auto slope = gradient(
      [](const Tensor& p) { return entropy(p).sum(); }, matrix({{1, 0, 0}}));
  EXPECT_TRUE(at::isfinite(slope).all().item<bool>());
}

TEST(zero_padding, copies_nothing_where_every_row_is_known_to_be_valid) {
  const auto x_TD = here(at::ones({3, 2}));
  Tokens tokens{.valid_T = ValidRows::all(3, at::kCPU)};
  EXPECT_TRUE(zero_padding(x_TD, tokens).is_same(x_TD));
  tokens.valid_T = here(at::tensor({1, 0, 1})).to(at::kBool);
  EXPECT_TRUE(equal(
      zero_padding(x_TD, tokens),
      here(at::tensor({1., 1., 0., 0., 1., 1.}, at::kFloat)).view({3, 2})));
}

TEST(sum_up, counts_valid_tokens_per_sequence) {
  Batch batch(5, 3, 2);
  batch.split({2, 3});
  batch.tokens.valid_T = here(at::tensor({1, 1, 1, 0, 1})).to(at::kBool);
  const auto logits =
      matrix({{3, 2, 1}, {1, 2, 3}, {3, 1, 2}, {9, 9, 9}, {1, 3, 2}});
  const auto r = route(logits, batch);
  EXPECT_EQ(ints(r.sums.valid_S), (Ints{2, 2}));
  EXPECT_EQ(ints(r.sums.demand_SE), (Ints{1, 2, 1, 1, 1, 2}));
  EXPECT_EQ(ints(r.sums.first_SE), (Ints{1, 0, 1, 1, 1, 0}));
  const auto p = logits.softmax(1);
  EXPECT_LT(distance(r.sums.prob_SE[0], p[0] + p[1]), 1e-6);
  EXPECT_LT(distance(r.sums.prob_SE[1], p[2] + p[4]), 1e-6);
  const auto mass = dense_weights(r, 5);
  EXPECT_LT(distance(r.sums.mass_SE[1], mass[2] + mass[4]), 1e-6);
  const auto lse2 = logits.logsumexp(1).square();
  EXPECT_LT(distance(r.sums.lse2_S[1], lse2[2] + lse2[4]), 1e-5);
  EXPECT_LT(distance(r.sums.entropy_S[0], entropy(p[0]) + entropy(p[1])), 1e-6);
}

TEST(sum_up, finds_the_extremes_of_valid_tokens) {
  const double inf = std::numeric_limits<double>::infinity();
  Batch batch(4, 3, 1);
  batch.tokens.valid_T = here(at::tensor({1, 1, 0, 1})).to(at::kBool);
  const auto r = route(
      matrix({{3, 2, 1}, {-7, 2.5, 2.25}, {99, 99, inf}, {inf, 0, 0}}),
      batch,
      {.score = "relu"});
  const auto extremes = reals(r.sums.extremes);
  EXPECT_EQ(extremes[0], 7);
  EXPECT_EQ(extremes[1], 0.25);
  EXPECT_EQ(extremes[2], 1);
}

TEST(sum_up, has_an_infinite_margin_where_nothing_is_refused) {
  const Batch batch(2, 3, 3);
  const auto r = route(numbers(2, 3), batch);
  EXPECT_TRUE(std::isinf(reals(r.sums.extremes)[1]));
}

}  // namespace
}  // namespace moestro::test
