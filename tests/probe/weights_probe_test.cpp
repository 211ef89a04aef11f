// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/weights_probe.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

TEST(WeightsProbe, cosines_of_rows_leave_out_the_diagonal) {
  const auto rows_ED = at::tensor({1., 0., 0., 2., 3., 3.}).view({3, 2});
  const auto found = row_similarity(rows_ED);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].first, "row_cosine_mean");
  EXPECT_NEAR(found[0].second, 2 * std::sqrt(0.5) / 3, 1e-12);
  EXPECT_EQ(found[1].first, "row_cosine_max");
  EXPECT_NEAR(found[1].second, std::sqrt(0.5), 1e-12);
}

TEST(WeightsProbe, one_row_has_nobody_to_resemble) {
  EXPECT_TRUE(row_similarity(at::ones({1, 4})).empty());
}

TEST(WeightsProbe, equal_experts_have_cosine_one) {
  const auto found = weight_similarity(at::ones({2, 3, 4}));
  EXPECT_NEAR(found.at(0).second, 1, 1e-6);
}

// Norms 1 and e: logarithms 0 and 1.
TEST(WeightsProbe, norms_spread_on_a_log_scale) {
  const auto weight_EFD =
      at::tensor({1., 0., 0., std::exp(1.)}).view({2, 1, 2});
  EXPECT_NEAR(log_spread(squared_norms(weight_EFD)), 0.5, 1e-12);
}

TEST(WeightsProbe, an_update_is_measured_against_what_was_there) {
  const auto before = at::tensor({3., 4.});
  EXPECT_NEAR(update_ratio(before * 1.1, before), 0.1, 1e-12);
  EXPECT_EQ(update_ratio(before, at::zeros({2})), 0);
}

}  // namespace
}  // namespace moestro
