// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/router_probe.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

// Rows +-3 e_1, +-1 e_2 in five dimensions: centred already, squared singular
// values 18, 2 and 0 of r = 3.
TEST(Conditioning, compares_the_widest_direction_with_the_narrowest) {
  const auto rows_ED = at::zeros({4, 5});
  rows_ED[0][0] = 3;
  rows_ED[1][0] = -3;
  rows_ED[2][1] = 1;
  rows_ED[3][1] = -1;
  const auto found = conditioning(rows_ED);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_GT(found[0].second, 1e6);
  const double H = -(0.9 * std::log(0.9) + 0.1 * std::log(0.1));
  EXPECT_NEAR(found[1].second, std::exp(H) / 3, 1e-9);
}

// Two dimensions hold two directions: 3 to 1.
TEST(Conditioning, counts_the_directions_that_there_are) {
  const auto rows_ED =
      at::tensor({3., 0., -3., 0., 0., 1., 0., -1.}).view({4, 2});
  EXPECT_NEAR(conditioning(rows_ED)[0].second, 3, 1e-9);
}

TEST(Conditioning, ignores_what_all_rows_share) {
  const auto rows_ED =
      at::tensor({3., 0., -3., 0., 0., 1., 0., -1.}).view({4, 2});
  EXPECT_NEAR(conditioning(rows_ED + 7)[0].second, 3, 1e-9);
}

TEST(Conditioning, of_one_row_or_equal_ones_is_unknown) {
  EXPECT_TRUE(conditioning(at::ones({1, 4})).empty());
  EXPECT_TRUE(conditioning(at::ones({3, 4})).empty());
}

TEST(RowLengths, name_the_longest_in_units_of_the_median) {
  const auto rows_ED = at::zeros({3, 2});
  rows_ED[0][0] = 2;
  rows_ED[1][1] = -10;
  rows_ED[2][1] = 1;
  const auto found = row_lengths(rows_ED);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NEAR(found[0].second, 5, 1e-9);
  EXPECT_EQ(found[1].second, 1);
}

TEST(RowLengths, of_zeros_or_one_row_are_unknown) {
  EXPECT_TRUE(row_lengths(at::zeros({3, 2})).empty());
  EXPECT_TRUE(row_lengths(at::ones({1, 2})).empty());
}

}  // namespace
}  // namespace moestro
