// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/trend.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace moestro {
namespace {

std::vector<double> ascending(size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 0.0);
  return values;
}

TEST(Trend, what_always_rises_is_no_chance) {
  EXPECT_LT(rise_p_value(ascending(20)), 1e-6);
}

TEST(Trend, what_falls_does_not_rise) {
  auto values = ascending(20);
  std::ranges::reverse(values);
  EXPECT_GT(rise_p_value(values), 0.999);
}

TEST(Trend, shuffled_values_pass_no_more_often_than_the_p_value_says) {
  std::mt19937_64 random(3);
  auto values = ascending(20);
  int small = 0;
  for (int i = 0; i < 20000; ++i) {
    std::ranges::shuffle(values, random);
    small += rise_p_value(values) < 0.01 ? 1 : 0;
  }
  EXPECT_LT(small, 200 + 45);
  EXPECT_GT(small, 100);
}

TEST(Trend, too_few_values_or_none_say_nothing) {
  EXPECT_EQ(rise_p_value(ascending(9)), 1);
  auto values = ascending(20);
  values[4] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(rise_p_value(values), 1);
}

}  // namespace
}  // namespace moestro
