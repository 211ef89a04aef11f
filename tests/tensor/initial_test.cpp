// SPDX-License-Identifier: Apache-2.0
#include "moestro/tensor/initial.h"

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

namespace moestro {
namespace {

TEST(Initial, same_key_gives_the_same_bits) {
  const auto a = initial_normal({5, 7}, 0.1, {1, 2, "gate"});
  const auto b = initial_normal({5, 7}, 0.1, {1, 2, "gate"});
  EXPECT_TRUE(at::equal(a, b));
}

TEST(Initial, seed_layer_and_name_each_give_other_draws) {
  const auto a = initial_normal({5, 7}, 0.1, {1, 2, "gate"});
  EXPECT_FALSE(at::equal(a, initial_normal({5, 7}, 0.1, {2, 2, "gate"})));
  EXPECT_FALSE(at::equal(a, initial_normal({5, 7}, 0.1, {1, 3, "gate"})));
  EXPECT_FALSE(at::equal(a, initial_normal({5, 7}, 0.1, {1, 2, "up"})));
}

TEST(Initial, normal_has_the_deviation_that_was_asked_for) {
  const auto w = initial_normal({400, 100}, 0.5, {1, 0, "w"});
  EXPECT_NEAR(w.mean().item<double>(), 0, 0.01);  // four standard errors
  EXPECT_NEAR(w.std().item<double>(), 0.5, 0.0075);
}

TEST(Initial, orthogonal_rows_are_orthonormal) {
  const auto w = initial_orthogonal(3, 8, {1, 0, "w"});
  const auto gram = w.matmul(w.t());
  for (int64_t i = 0; i < 3; ++i) {
    for (int64_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(gram[i][j].item<double>(), i == j ? 1 : 0, 1e-6);
    }
  }
}

TEST(Initial, more_rows_than_columns_have_orthonormal_columns) {
  const auto w = initial_orthogonal(8, 3, {1, 0, "w"});
  const auto gram = w.t().matmul(w);
  for (int64_t i = 0; i < 3; ++i) {
    for (int64_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(gram[i][j].item<double>(), i == j ? 1 : 0, 1e-6);
    }
  }
}

}  // namespace
}  // namespace moestro
