// SPDX-License-Identifier: Apache-2.0
// Feed-forward experts.
#include <ATen/ops/allclose.h>
#include <ATen/ops/gelu.h>

#include "moestro/base/error.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

const PartSite kSite = {.model_dim = 4, .hidden_dim = 3, .num_experts = 2};

struct Matrices {
  Tensor up_EFD, down_EDF;
};

Matrices matrices_of(Experts& bank) {
  Matrices m;
  bank.tensors([&](const NamedTensor& t) {
    (t.name == "up" ? m.up_EFD : m.down_EDF) = t.value;
    EXPECT_EQ(t.role, Role::kExperts);
    EXPECT_EQ(t.expert_dim, 0);
  });
  return m;
}

Tensor activated(std::string_view activation, const Tensor& z) {
  if (activation == "swiglu") {
    return at::silu(z.chunk(2, -1)[0]) * z.chunk(2, -1)[1];
  }
  return activation == "gelu" ? at::gelu(z) : z.clamp_min(0);
}

TEST(experts_feed_forward, dense_pass_is_down_of_activation_of_up) {
  for (const std::string_view activation : {"swiglu", "gelu", "relu"}) {
    const auto bank =
        make<Experts>("feed-forward", kSite, {{"activation", activation}});
    const auto m = matrices_of(*bank);
    EXPECT_EQ(m.down_EDF.sizes(), at::IntArrayRef({2, 4, 3}));
    const auto x = numbers(5, 4);
    const auto h = activated(activation, x.matmul(m.up_EFD[0].t()));
    EXPECT_TRUE(
        at::allclose(bank->dense(x), h.matmul(m.down_EDF[0].t()), 1e-5, 1e-6))
        << activation;
  }
}

TEST(experts_feed_forward, is_gated_unless_told_otherwise) {
  const auto bank = make<Experts>("feed-forward", kSite);
  EXPECT_EQ(matrices_of(*bank).up_EFD.sizes(), at::IntArrayRef({2, 6, 4}));
}

// Experts of an external program.
class ForwardOnly final : public Experts {
 public:
  [[nodiscard]] Tensor forward(
      const Tensor& x_TD, const Assignment&, const Tensor&) const override {
    return x_TD;
  }
};

TEST(every_experts, needs_no_more_than_forward) {
  const ForwardOnly experts;
  const auto x = numbers(2, 4);
  EXPECT_THROW((void)experts.dense(x), ConfigurationError);
  EXPECT_THROW((void)experts.merged(x, x), ConfigurationError);
}

}  // namespace
}  // namespace moestro::test
