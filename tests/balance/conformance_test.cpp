// SPDX-License-Identifier: Apache-2.0
// What every registered loss keeps to.
#include <ATen/ops/eye.h>

#include "tests/balance/loss_fixture.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

const Names kSoft = {};

Tensor any_loss(const Variant<Loss>& variant, const Tensor& x, Batch& batch) {
  const auto context = batch.context();
  const auto r = route(x, batch, kSoft);
  return variant.make({}, site_of(batch))
      ->value(
          {.routing = r,
           .context = context,
           .sums = r.sums,
           .rows_ED = here(at::eye(4, 6))});
}

// R44 (marin#3124): an objective without a bound looks better while the router
// collapses.
TEST(every_loss, r44_is_bounded_below) {
  for (const auto* variant : variants<Loss>()) {
    const bool informative = variant->info.name == "mutual-information";
    const double bound = informative ? -std::log(4.0) : 0;
    for (const double scale : {0.0, 1.0, 30.0, 1e4}) {
      Batch batch(12, 4);
      const auto value = any_loss(*variant, numbers(12, 4) * scale, batch);
      EXPECT_GE(value.item<double>(), bound - 1e-6) << variant->info.name;
    }
  }
}

TEST(every_loss, is_zero_for_padding_alone_and_for_no_tokens) {
  for (const auto* variant : variants<Loss>()) {
    Batch padding(12, 4), empty(0, 4);
    padding.tokens.valid_T.mask().zero_();
    EXPECT_EQ(any_loss(*variant, numbers(12, 4), padding).item<double>(), 0)
        << variant->info.name;
    EXPECT_EQ(any_loss(*variant, numbers(0, 4), empty).item<double>(), 0)
        << variant->info.name;
  }
}

TEST(every_loss, is_a_number_without_dimensions) {
  for (const auto* variant : variants<Loss>()) {
    Batch batch(12, 4);
    EXPECT_EQ(any_loss(*variant, numbers(12, 4), batch).dim(), 0)
        << variant->info.name;
    EXPECT_GE(variant->make({}, site_of(batch))->weight(), 0);
  }
}

TEST(every_loss, padding_gets_no_gradient) {
  for (const auto* variant : variants<Loss>()) {
    Batch batch(12, 4);
    batch.tokens.valid_T = here(at::arange(12)).lt(7);
    const auto slope = gradient(
        [&](const Tensor& x) {
          return any_loss(*variant, x, batch) + 0 * x.sum();
        },
        numbers(12, 4));
    EXPECT_EQ(slope.narrow(0, 7, 5).abs().sum().item<double>(), 0)
        << variant->info.name;
  }
}

TEST(every_loss, padding_may_hold_anything) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  for (const auto* variant : variants<Loss>()) {
    Batch batch(12, 4);
    batch.split({6, 6});
    batch.tokens.valid_T = here(at::arange(12)).lt(9);
    const auto x = numbers(12, 4);
    const auto bad = at::cat(
        {x.narrow(0, 0, 9),
         matrix({{nan, nan, nan, nan}, {inf, 0, -inf, 1}, {inf, inf, 1, 1}})});
    const auto f = [&](const Tensor& at) {
      return any_loss(*variant, at, batch) + 0 * at.narrow(0, 0, 9).sum();
    };
    EXPECT_TRUE(equal(f(bad), f(x))) << variant->info.name;
    EXPECT_TRUE(equal(gradient(f, bad), gradient(f, x))) << variant->info.name;
  }
}

TEST(every_loss, of_the_f_p_family_is_one_at_uniform_and_e_over_k_collapsed) {
  const Batch batch(12, 6);
  for (const auto* name : {"switch", "sequence", "global"}) {
    EXPECT_FLOAT_EQ(loss_at(name, here(at::zeros({12, 6})), batch), 1);
    EXPECT_FLOAT_EQ(loss_at(name, only(12, 6, 1, 2), batch), 3);
  }
}

TEST(every_loss, has_the_gradient_of_its_value) {
  for (const auto* variant : variants<Loss>()) {
    Batch batch(5, 4);
    batch.split({2, 3});
    const auto x = numbers(5, 4).to(at::kDouble);
    const auto f = [&](const Tensor& at) {
      return any_loss(*variant, at, batch).to(at::kDouble) + 0 * at.sum();
    };
    EXPECT_LT(distance(gradient(f, x), differences(f, x)), 1e-7)
        << variant->info.name;
  }
}

}  // namespace
}  // namespace moestro::test
