// SPDX-License-Identifier: Apache-2.0
// sum |R R^T - I|.
#include <ATen/ops/eye.h>

#include "tests/balance/loss_fixture.h"
#include "tests/device/device.h"

namespace moestro::test {
namespace {

Tensor simbal(const Tensor& rows_ED) {
  const Batch batch(2, 4);
  const auto r = route(numbers(2, 4), batch);
  const auto context = batch.context();
  return make<Loss>("simbal", site_of(batch))
      ->value(
          {.routing = r,
           .context = context,
           .sums = r.sums,
           .rows_ED = rows_ED});
}

TEST(loss_simbal, is_zero_for_orthonormal_rows) {
  EXPECT_EQ(simbal(here(at::eye(4, 9))).item<double>(), 0);
}

TEST(loss_simbal, sums_absolute_entries) {
  EXPECT_FLOAT_EQ(
      simbal(matrix({{2, 0}, {1, 1}})).item<float>(), 3 + 2 + 2 + 1);
}

TEST(loss_simbal, has_the_closed_form_gradient) {
  const auto rows = numbers(4, 6).to(at::kDouble);
  const auto want =
      2 * (rows.mm(rows.t()) - here(at::eye(4, at::kDouble))).sign().mm(rows);
  EXPECT_LT(distance(gradient(simbal, rows), want), 1e-13);
}

TEST(loss_simbal, asks_for_a_gate_with_rows) {
  EXPECT_THROW(simbal({}), c10::Error);
  for (const auto* variant : variants<Loss>()) {
    if (variant->info.name == "simbal") {
      EXPECT_TRUE(variant->info.needs.has(Trait::kRows));
    }
  }
}

}  // namespace
}  // namespace moestro::test
