// SPDX-License-Identifier: Apache-2.0
// E * sum f P.
#include "tests/balance/loss_fixture.h"
#include "tests/device/device.h"

namespace moestro::test {
namespace {

constexpr double kHf2 = 2;  // Hugging Face's unit is k times ours

TEST(loss_switch, is_one_at_uniform) {
  EXPECT_FLOAT_EQ(loss_at("switch", here(at::zeros({16, 8})), Batch(16, 8)), 1);
}

TEST(loss_switch, has_the_closed_form_gradient) {
  const Batch batch(6, 5);
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto f = route(x, batch).pairs.demand_E.to(at::kDouble) / 12;
  const auto want = through_softmax(x.softmax(1), f.expand({6, 5})) * 5 / 6;
  EXPECT_LT(distance(slope_at("switch", x, batch), want), 1e-14);
}

// R1 (transformers#28255): each layer uses two experts of its own.
TEST(loss_switch, r1_is_taken_per_layer) {
  const Batch batch(16, 8);
  double mean = 0;
  for (int64_t layer = 0; layer < 4; ++layer) {
    mean += loss_at("switch", only(16, 8, 2 * layer, 2), batch) / 4;
  }
  EXPECT_NEAR(kHf2 * mean, 8.0, 1e-5);
}

// R2 (transformers#28505): padding on experts 0 and 1.
TEST(loss_switch, r2_padding_changes_nothing) {
  for (const int64_t padding : {4, 8, 12}) {
    Batch batch(16, 8);
    batch.tokens.valid_T = here(at::arange(16)).ge(padding);
    const auto logits =
        at::cat({only(padding, 8, 0, 2), here(at::zeros({16 - padding, 8}))});
    EXPECT_NEAR(kHf2 * loss_at("switch", logits, batch), 2.0, 1e-6);
    const auto slope = slope_at("switch", logits, batch);
    EXPECT_EQ(slope.narrow(0, 0, padding).abs().sum().item<double>(), 0);
  }
}

TEST(loss_switch, r2_padding_alone_is_zero) {
  Batch batch(16, 8);
  batch.tokens.valid_T.mask().zero_();
  EXPECT_EQ(loss_at("switch", numbers(16, 8), batch), 0);
  EXPECT_EQ(
      slope_at("switch", numbers(16, 8), batch).abs().sum().item<double>(), 0);
}

// R3 (transformers#45120): collapsed on k experts.
TEST(loss_switch, r3_is_experts_over_k_when_collapsed) {
  EXPECT_NEAR(2 * loss_at("switch", only(16, 8, 3, 2), Batch(16, 8)), 8, 1e-5);
  EXPECT_NEAR(
      8 * loss_at("switch", only(16, 128, 9, 8), Batch(16, 128, 8)), 128, 1e-3);
}

// R10: sigmoid scores of 1e-21.
TEST(loss_switch, r10_is_one_however_small_the_scores) {
  const Batch batch(16, 8);
  const auto logits = here(at::full({16, 8}, std::log(1e-21), at::kFloat));
  const auto r = route(logits, batch, {.score = "sigmoid"});
  EXPECT_EQ(loss_of("switch", r, batch).item<double>(), 1);
}

// R12 (hyper-parallel#752): same scores, other assignment.
TEST(loss_switch, r12_sees_the_assignment) {
  const Batch batch(8, 4);
  auto r = route(matrix({{1, 0, 0, 0}}).expand({8, 4}), batch);
  r.sums.demand_SE = here(at::tensor({4, 4, 4, 4})).view({1, 4});
  const auto balanced = loss_of("switch", r, batch).item<double>();
  r.sums.demand_SE = here(at::tensor({8, 8, 0, 0})).view({1, 4});
  EXPECT_FLOAT_EQ(balanced, 1);
  EXPECT_GT(loss_of("switch", r, batch).item<double>(), balanced + 0.1);
}

// R13 (OLMoE#40): Megatron's form is ours, Hugging Face's is k times ours.
TEST(loss_switch, r13_converts_between_the_units) {
  const Batch batch(9, 6, 3);
  const auto x = numbers(9, 6).to(at::kDouble);
  const auto n = route(x, batch).pairs.demand_E.to(at::kDouble);
  const auto p_sum = x.softmax(1).sum(0);
  const auto ours = loss_at("switch", x, batch);
  const auto megatron = (n * p_sum).sum().item<double>() * 6 / (3 * 81);
  const auto hf = (n / 9 * p_sum / 9).sum().item<double>() * 6;
  EXPECT_NEAR(ours, megatron, 1e-14);
  EXPECT_NEAR(3 * ours, hf, 1e-14);
}

TEST(loss_switch, counts_demand_before_capacity) {
  Batch batch(16, 8);
  const auto logits = only(16, 8, 0, 2);
  const auto free = loss_at("switch", logits, batch);
  batch.knobs.capacity = 1;
  const auto r = route(logits, batch, {.admit = "by-arrival"});
  EXPECT_LT(kept_E(r.pairs).sum().item<int64_t>(), 32);
  EXPECT_EQ(loss_of("switch", r, batch).item<double>(), free);
}

TEST(loss_switch, takes_its_scope_and_weight) {
  const auto scope = [](std::string_view name) {
    return make<Loss>("switch", PartSite{}, {{"scope", name}})->scope();
  };
  EXPECT_EQ(scope("micro"), Scope::kMicro);
  EXPECT_EQ(scope("global"), Scope::kBuffer);
  EXPECT_EQ(make<Loss>("switch", PartSite{}, {{"weight", 0.5}})->weight(), 0.5);
}

}  // namespace
}  // namespace moestro::test
