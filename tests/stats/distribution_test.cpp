// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/distribution.h"

#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

namespace moestro {
namespace {

struct Moments {
  double mean = 0, deviation = 0;
};

Moments moments(const std::function<double()>& draw) {
  constexpr int kDraws = 100'000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw();
    sum += x / kDraws;
    squares += x * x / kDraws;
  }
  return {sum, std::sqrt(squares - sum * sum)};
}

TEST(distribution, normal_draws_have_their_deviation) {
  std::mt19937_64 random(1);
  const auto seen = moments([&random] { return draw_normal(random, 3); });
  EXPECT_NEAR(seen.mean, 0, 0.05);
  EXPECT_NEAR(seen.deviation, 3, 0.03);
}

TEST(distribution, gamma_draws_have_the_mean_and_variance_of_their_shape) {
  std::mt19937_64 random(1);
  for (const double shape : {0.2, 1.0, 2.5, 400.0}) {
    const auto seen = moments([&] { return draw_gamma(random, shape); });
    EXPECT_NEAR(seen.mean, shape, 0.02 * std::sqrt(shape) + 0.002) << shape;
    EXPECT_NEAR(seen.deviation, std::sqrt(shape), 0.03 * std::sqrt(shape))
        << shape;
  }
}

}  // namespace
}  // namespace moestro
