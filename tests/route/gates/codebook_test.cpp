// SPDX-License-Identifier: Apache-2.0
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

const PartSite kSite = {.model_dim = 3, .num_experts = 2, .top_k = 1};

Tensor& tensor_called(Part& part, const std::string& wanted) {
  Tensor* found = nullptr;
  part.tensors([&](const NamedTensor& t) {
    found = t.name == wanted ? &t.value : found;
  });
  return *found;
}

std::unique_ptr<Gate> codes(
    std::initializer_list<std::initializer_list<double>> rows,
    double decay = 0.5) {
  auto gate = make<Gate>("codebook", kSite, {{"decay", decay}});
  tensor_called(*gate, "codes").copy_(matrix(rows));
  tensor_called(*gate, "sums").copy_(matrix(rows));
  return gate;
}

TEST(gate_codebook, logits_are_minus_the_squared_distance) {
  const Batch batch(1, 2, 1);
  const auto gate = codes({{0, 0, 0}, {1, 1, 0}});
  const auto live = gate->gate(matrix({{2, 0, 0}}), batch.context()).live;
  EXPECT_FLOAT_EQ(live[0][0].item<float>(), -4);
  EXPECT_FLOAT_EQ(live[0][1].item<float>(), -2);
}

// n <- 0.5 * 1 + 0.5 * 2 = 1.5; m <- 0.5 * 0 + 0.5 * (1 + 3) = 2.
TEST(gate_codebook, a_step_moves_codes_to_the_tokens_they_attract) {
  Batch batch(3, 2, 1);
  const auto x = matrix({{1, 0, 0}, {3, 0, 0}, {99, 99, 99}});
  batch.tokens.valid_T = here(at::tensor({1, 1, 0})).to(at::kBool);
  const auto gate = codes({{0, 0, 0}, {50, 0, 0}});
  gate->after_step(gate->measure(x, {}, batch.context()), 1);
  EXPECT_FLOAT_EQ(
      tensor_called(*gate, "codes")[0][0].item<float>(), 2.0F / 1.5F);
}

TEST(gate_codebook, a_code_that_nobody_is_near_stays) {
  const Batch batch(2, 2, 1);
  const auto x = matrix({{1, 0, 0}, {1, 0, 0}});
  const auto gate = codes({{0, 0, 0}, {50, 0, 0}}, 0);
  for (int64_t step = 1; step <= 3; ++step) {
    gate->after_step(gate->measure(x, {}, batch.context()), step);
  }
  EXPECT_FLOAT_EQ(tensor_called(*gate, "codes")[1][0].item<float>(), 50);
  EXPECT_FLOAT_EQ(tensor_called(*gate, "codes")[0][0].item<float>(), 1);
}

TEST(gate_codebook, statistics_of_micro_batches_add_up) {
  const Batch one(4, 2, 1), two(8, 2, 1);
  const auto x = numbers(8, 3);
  const auto gate = codes({{0, 0, 0}, {1, 0, 0}});
  const auto parts = gate->measure(x.narrow(0, 0, 4), {}, one.context()) +
                     gate->measure(x.narrow(0, 4, 4), {}, one.context());
  EXPECT_LT(distance(parts, gate->measure(x, {}, two.context())), 1e-6);
}

TEST(gate_codebook, commitment_draws_tokens_to_their_code) {
  const Batch batch(1, 2, 1);
  const auto gate = codes({{0, 0, 0}, {50, 0, 0}});
  const auto slope = gradient(
      [&](const Tensor& x) {
        return gate->gate(x, batch.context()).terms[0].second;
      },
      matrix({{2, 0, 0}}));
  EXPECT_FLOAT_EQ(slope[0][0].item<float>(), 0.25F * 2 * 2);
}

}  // namespace
}  // namespace moestro::test
