// SPDX-License-Identifier: Apache-2.0
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

PartSite site_with_ids() {
  return {
      .model_dim = 6,
      .num_experts = 8,
      .top_k = 2,
      .vocabulary = 256,
      .seed = 7};
}

Tensor chosen_for(const Tensor& id_T, const Tensor& x_TD) {
  Batch batch(id_T.size(0), 8);
  batch.tokens.id_T = id_T;
  const auto site = site_with_ids();
  const auto r = router_of({}, site, make<Gate>("hash", site))
                     .route(x_TD, batch.context());
  return by_slot(r.pairs, id_T.size(0), 2);
}

TEST(gate_hash, the_id_alone_decides) {
  const auto id_T = here(at::tensor({5, 9, 5, 200}, at::kLong));
  const auto one = chosen_for(id_T, numbers(4, 6, 1));
  const auto other = chosen_for(id_T, numbers(4, 6, 2));
  EXPECT_TRUE(equal(
      std::get<0>(one.sort(1, false)), std::get<0>(other.sort(1, false))));
  EXPECT_TRUE(equal(
      std::get<0>(one[0].sort(0, false)), std::get<0>(one[2].sort(0, false))));
}

TEST(gate_hash, an_id_meets_k_different_experts_about_equally_often) {
  const auto experts = chosen_for(here(at::arange(256)), numbers(256, 6));
  EXPECT_TRUE(experts.select(1, 0).ne(experts.select(1, 1)).all().item<bool>());
  for (int64_t e = 0; e < 8; ++e) {
    const auto count = experts.eq(e).sum().item<int64_t>();
    EXPECT_NEAR(static_cast<double>(count), 64, 30) << e;
  }
}

TEST(gate_hash, its_rows_learn_from_the_weights) {
  Batch batch(4, 8);
  batch.tokens.id_T = here(at::arange(4));
  const auto site = site_with_ids();
  auto router = router_of({}, site, make<Gate>("hash", site));
  router.route(numbers(4, 6), batch.context()).weight_N.sum().backward();
  EXPECT_GT(router.rows_ED().grad().abs().sum().item<double>(), 0);
}

TEST(gate_hash, without_ids_it_says_so) {
  Batch batch(4, 8);
  batch.tokens.id_T = Tensor();
  const auto gate = make<Gate>("hash", site_with_ids());
  EXPECT_THROW(
      (void)gate->gate(numbers(4, 6), batch.context()), c10::ValueError);
}

}  // namespace
}  // namespace moestro::test
