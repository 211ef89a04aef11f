// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/robust.h"

#include <cmath>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "tests/stats/series.h"

namespace moestro {
namespace {

TEST(RobustScale, is_the_standard_deviation_of_normal_values) {
  EXPECT_NEAR(robust_scale(autoregressive({}, 50'000, 1)), 1, 0.02);
  const double few[] = {1, 2, 4, 8, 100};
  EXPECT_EQ(median({1, 2, 4, 8, 100}), 4);
  EXPECT_NEAR(robust_scale(few), 1.482602218505602 * 3, 1e-12);
  EXPECT_EQ(median({3, 1}), 2);
  EXPECT_THROW((void)median({}), ContractError);
  EXPECT_THROW((void)median({1, std::nan("")}), ContractError);
}

}  // namespace
}  // namespace moestro
