// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/distribution.h"

#include <cmath>
#include <numbers>

#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace moestro {

double normal_density(double x) {
  return std::exp(-x * x / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

double normal_cdf(double x) {
  return std::erfc(-x / std::numbers::sqrt2) / 2;
}

double normal_quantile(double p) {
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p);
}

double chi_square_tail(double x, double freedom) {
  return boost::math::gamma_q(freedom / 2, x / 2);
}

double chi_square_tail_quantile(double p, double freedom) {
  return 2 * boost::math::gamma_q_inv(freedom / 2, p);
}

// F = (X / a) / (Y / b); a F / (a F + b) is beta.
double f_tail(double x, double a, double b) {
  return boost::math::ibetac(a / 2, b / 2, a * x / (a * x + b));
}

double noncentral_chi_square_tail(
    double x, double freedom, double noncentrality) {
  if (noncentrality == 0) {
    return chi_square_tail(x, freedom);
  }
  const boost::math::non_central_chi_squared law(freedom, noncentrality);
  return boost::math::cdf(boost::math::complement(law, x));
}

double student_tail_quantile(double p, double freedom) {
  const boost::math::students_t law(freedom);
  return boost::math::quantile(boost::math::complement(law, p));
}

double beta_quantile(double p, double a, double b) {
  return boost::math::ibeta_inv(a, b, p);
}

double draw_normal(std::mt19937_64& random, double deviation) {
  return boost::random::normal_distribution<double>(0, deviation)(random);
}

double draw_gamma(std::mt19937_64& random, double shape) {
  return boost::random::gamma_distribution<double>(shape)(random);
}

}  // namespace moestro
