// SPDX-License-Identifier: Apache-2.0
// The linear gate: its product, its rows, its start.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(gate_linear, is_the_product_with_its_rows) {
  const Batch batch(3, 4);
  auto site = site_of(batch);
  site.model_dim = 5;
  const auto gate = make<Gate>("linear", site);
  const auto x_TD = numbers(3, 5);
  const auto logits = gate->gate(x_TD, batch.context()).live;
  EXPECT_TRUE(equal(logits, x_TD.mm(gate->rows_ED().t())));
}

TEST(gate_linear, starts_normal_with_the_given_deviation) {
  const PartSite site = {.model_dim = 512, .num_experts = 64, .init_std = 0.02};
  const auto rows = make<Gate>("linear", site)->rows_ED();
  EXPECT_EQ(rows.scalar_type(), at::kFloat);
  EXPECT_NEAR(rows.detach().std().item<double>(), 0.02, 2e-4);
  EXPECT_NEAR(rows.mean().item<double>(), 0, 5e-4);
}

TEST(gate_linear, starts_with_orthonormal_rows_when_asked) {
  const PartSite site = {.model_dim = 16, .num_experts = 8};
  const auto rows =
      make<Gate>("linear", site, {{"orthogonal", true}})->rows_ED().detach();
  const auto gram = rows.mm(rows.t());
  for (int64_t i = 0; i < 8; ++i) {
    for (int64_t j = 0; j < 8; ++j) {
      EXPECT_NEAR(gram[i][j].item<double>(), i == j ? 1 : 0, 1e-6);
    }
  }
}

TEST(
    gate_linear, starts_with_orthonormal_columns_when_experts_outnumber_width) {
  const PartSite site = {.model_dim = 4, .num_experts = 8};
  const auto rows =
      make<Gate>("linear", site, {{"orthogonal", true}})->rows_ED().detach();
  const auto gram = rows.t().mm(rows);
  EXPECT_NEAR(gram[0][0].item<double>(), 1, 1e-6);
  EXPECT_NEAR(gram[0][1].item<double>(), 0, 1e-6);
}

TEST(gate_linear, starts_equal_for_equal_seeds_and_differs_between_layers) {
  PartSite site = {.model_dim = 8, .num_experts = 4, .seed = 5};
  const auto rows = make<Gate>("linear", site)->rows_ED();
  EXPECT_TRUE(equal(rows, make<Gate>("linear", site)->rows_ED()));
  site.layer = 1;
  EXPECT_FALSE(equal(rows, make<Gate>("linear", site)->rows_ED()));
}

TEST(gate_linear, names_its_rows_as_the_routers) {
  const PartSite site = {.model_dim = 8, .num_experts = 4};
  int visits = 0;
  make<Gate>("linear", site)->tensors([&](const NamedTensor& t) {
    ++visits;
    EXPECT_EQ(t.name, "weight");
    EXPECT_EQ(t.role, Role::kRouter);
    EXPECT_EQ(t.expert_dim, 0);
    EXPECT_TRUE(t.trained);
    EXPECT_EQ(t.value.sizes(), (at::IntArrayRef{4, 8}));
  });
  EXPECT_EQ(visits, 1);
}

}  // namespace
}  // namespace moestro::test
