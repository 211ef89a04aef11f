// SPDX-License-Identifier: Apache-2.0
// The router that strings the parts together.
#include <limits>

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

// Ranks by a table of its own; weights stay live.
class Table final : public Gate {
 public:
  explicit Table(Tensor choice_TE) : choice_TE_(std::move(choice_TE)) {}
  Logits gate(const Tensor& x_TD, const RouteContext&) const override {
    return {.live = x_TD, .choice = choice_TE_};
  }

 private:
  Tensor choice_TE_;
};

constexpr double kInf = std::numeric_limits<double>::infinity();

Routing by_table(const Tensor& choice_TE, const Tensor& x, const Batch& batch) {
  return router_of({}, site_of(batch), std::make_unique<Table>(choice_TE))
      .route(x, batch.context());
}

TEST(part_router, a_gates_own_choice_selects_and_live_scores_weigh) {
  const Batch batch(2, 3, 1);
  const auto x = matrix({{5, 0, 0}, {5, 0, 0}});
  const auto r = by_table(matrix({{0, 1, 0}, {0, 0, 1}}), x, batch);
  EXPECT_EQ(ints(by_slot(r.pairs, 2, 1)), (Ints{1, 2}));
  EXPECT_TRUE(equal(r.weight_N, at_pairs(x.softmax(1), r.pairs)));
}

TEST(part_router, a_forbidden_expert_is_never_chosen) {
  Batch batch(2, 3);
  batch.bias_E = here(at::tensor({9.0F, 9.0F, 9.0F}));
  const auto choice = matrix({{-kInf, 1, -kInf}, {-kInf, -kInf, -kInf}});
  const auto r = by_table(choice, numbers(2, 3), batch);
  EXPECT_EQ(ints(by_slot(r.pairs, 2, 2)), (Ints{1, -1, -1, -1}));
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{0, 1, 0}));
}

TEST(part_router, the_temperature_divides_the_logits) {
  Batch batch(3, 4);
  batch.knobs.temperature = 4;
  const auto x = numbers(3, 4);
  const auto r = route(x, batch);
  EXPECT_LT(distance(r.scores.live_TE, (x / 4).softmax(1)), 1e-7);
  EXPECT_TRUE(equal(r.scores.logits_TE, x));
}

TEST(part_router, a_zero_bias_selects_what_no_bias_selects) {
  Batch batch(3, 4);
  const auto x =
      matrix({{110, 1, 2, 3}, {0, 1e-8, 2e-8, -1}, {-300, -200, 90, 89}});
  const Ints want = {0, 3, 2, 1, 2, 3};
  EXPECT_EQ(ints(by_slot(route(x, batch).pairs, 3, 2)), want);
  batch.bias_E = here(at::zeros({4}));
  EXPECT_EQ(ints(by_slot(route(x, batch).pairs, 3, 2)), want);
}

TEST(part_router, a_gates_own_choice_ranks_its_ties_too) {
  const Batch batch(1, 4);
  const auto choice = matrix({{110, 1, 2, 3}});
  const auto r = by_table(choice, matrix({{0, 9, 8, 7}}), batch);
  EXPECT_EQ(ints(by_slot(r.pairs, 1, 2)), (Ints{0, 3}));
}

TEST(part_router, computes_in_single_precision_whatever_comes) {
  const Batch batch(3, 4);
  const auto x = numbers(3, 4).to(at::kBFloat16);
  const auto r = route(x, batch);
  EXPECT_EQ(r.weight_N.scalar_type(), at::kFloat);
  EXPECT_TRUE(equal(r.weight_N, route(x.to(at::kFloat), batch).weight_N));
}

// R22: a constant added to every bias changes no selection.
TEST(part_router, r22_a_common_bias_selects_the_same) {
  Batch batch(50, 8);
  const auto x = numbers(50, 8);
  batch.bias_E = numbers(1, 8, 3)[0] * 0.1;
  const auto before = route(x, batch).pairs.expert_N;
  batch.bias_E = batch.bias_E + 3;
  EXPECT_TRUE(equal(route(x, batch).pairs.expert_N, before));
}

// R23 (sglang#31213): biases between 6.817 and 7.063 have 8 or 9 values in
// bf16; here all of them tell experts apart.
TEST(part_router, r23_close_biases_stay_apart) {
  Batch batch(1, 256, 1);
  batch.bias_E = here(at::arange(256)).mul(0.246 / 255).add(6.817).flip(0);
  const auto x = here(at::zeros({1, 256}, at::kBFloat16));
  const auto choice = reals(route(x, batch).scores.choice_TE);
  for (size_t e = 1; e < 256; ++e) {
    EXPECT_GT(choice[e - 1], choice[e]);
  }
}

TEST(part_router, visits_its_tensors_under_the_name_of_the_part) {
  const Batch batch(2, 4);
  auto router =
      router_of({}, site_of(batch), make<Gate>("linear", site_of(batch)));
  std::vector<std::string> names;
  router.tensors([&](const NamedTensor& t) {
    names.push_back(t.name);
    t.value = t.value.detach().clone().zero_();
  });
  EXPECT_EQ(names, std::vector<std::string>{"gate.weight"});
  EXPECT_EQ(router.rows_ED().abs().sum().item<double>(), 0);
}

struct Largest final : c10::MemoryReportingInfoBase {
  void reportMemoryUsage(
      void*, int64_t size, size_t, size_t, c10::Device) override {
    bytes = std::max(bytes, size);
  }
  [[nodiscard]] bool memoryProfilingEnabled() const override { return true; }
  int64_t bytes = 0;
};

// R15 (transformers#48131): no T x K x E, no one-hot.
TEST(part_router, r15_holds_nothing_larger_than_tokens_times_experts) {
  const int64_t tokens = 512, experts = 64, k = 8;
  Batch batch(tokens, experts, k);
  const auto x = numbers(tokens, experts).requires_grad_();
  const auto largest = std::make_shared<Largest>();
  {
    const c10::DebugInfoGuard guard(
        c10::DebugInfoKind::PROFILER_STATE, largest);
    const auto r = route(x, batch, {.weigh = "normalised"});
    (r.weight_N.sum() + r.sums.prob_SE.square().sum()).backward();
  }
  EXPECT_GE(largest->bytes, tokens * experts * 4);
  EXPECT_LE(largest->bytes, tokens * (experts + 2) * 8 + 64);
}

}  // namespace
}  // namespace moestro::test
