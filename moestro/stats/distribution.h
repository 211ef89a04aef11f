// SPDX-License-Identifier: Apache-2.0
// The distributions that tests of routing need, behind a facade over
// Boost. Probabilities in [0, 1]; quantiles take them strictly inside. Draws
// are the same with every standard library.
#pragma once

#include <random>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

[[nodiscard]] double normal_density(double x);
[[nodiscard]] double normal_cdf(double x);
[[nodiscard]] double normal_quantile(double p);

// Chi-square with `freedom` > 0 degrees, x >= 0: chance to be larger than x,
// and the x that is exceeded with chance p.
[[nodiscard]] double chi_square_tail(double x, double freedom);
[[nodiscard]] double chi_square_tail_quantile(double p, double freedom);

// Chance of more than x >= 0 for F with a over b degrees, and for chi-square
// with noncentrality >= 0.
[[nodiscard]] double f_tail(double x, double a, double b);
[[nodiscard]] double noncentral_chi_square_tail(
    double x, double freedom, double noncentrality);

// What Student's t with freedom > 0 exceeds with chance p.
[[nodiscard]] double student_tail_quantile(double p, double freedom);

// p-quantile of the beta distribution, a and b > 0.
[[nodiscard]] double beta_quantile(double p, double a, double b);

// Draws with mean 0 and a standard deviation >= 0; with shape > 0 and scale 1.
[[nodiscard]] double draw_normal(std::mt19937_64&, double deviation);
[[nodiscard]] double draw_gamma(std::mt19937_64&, double shape);

}  // namespace moestro
MOESTRO_API_END
