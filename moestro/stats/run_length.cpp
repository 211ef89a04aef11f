// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/run_length.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include <Eigen/LU>

#include "moestro/base/error.h"
#include "moestro/stats/distribution.h"

namespace moestro {
namespace {

// Ten-point Gauss-Legendre on [-1, 1], positive half (Abramowitz and Stegun,
// table 25.4).
constexpr double kNode[] = {
    0.1488743389816312,
    0.4333953941292472,
    0.6794095682990244,
    0.8650633666889845,
    0.9739065285171717};
constexpr double kWeight[] = {
    0.2955242247147529,
    0.2692667193099964,
    0.2190863625159820,
    0.1494513491505806,
    0.0666713443086881};

struct Rule {
  std::vector<double> at, weight;
};

// Panels no wider than `panel`.
Rule gauss_legendre(double low, double high, double panel) {
  const auto count =
      static_cast<size_t>(std::max(1.0, std::ceil((high - low) / panel)));
  const double half = (high - low) / static_cast<double>(count) / 2;
  Rule rule;
  const auto add = [&](double middle, double node, double weight) {
    rule.at.insert(rule.at.end(), {middle + half * node, middle - half * node});
    rule.weight.insert(rule.weight.end(), 2, half * weight);
  };
  for (size_t i = 0; i < count; ++i) {
    const double middle = low + static_cast<double>(2 * i + 1) * half;
    for (size_t n = 0; n < std::size(kNode); ++n) {
      add(middle, kNode[n], kWeight[n]);
    }
  }
  return rule;
}

// L = 1 + A L.
Eigen::VectorXd solve(const Eigen::MatrixXd& a) {
  const auto n = a.rows();
  return (Eigen::MatrixXd::Identity(n, n) - a)
      .partialPivLu()
      .solve(Eigen::VectorXd::Ones(n));
}

// Steps of a chart that starts at 0: `density` of a step between two of its
// values, and the chance of being put back to exactly 0. The last row is 0.
double length_from_zero(
    const Rule& rule,
    const std::function<double(double from, double to)>& density,
    const std::function<double(double from)>& back_to_zero) {
  const auto n = static_cast<Eigen::Index>(rule.at.size());
  Eigen::MatrixXd a(n + 1, n + 1);
  for (Eigen::Index i = 0; i <= n; ++i) {
    const double from = i < n ? rule.at[static_cast<size_t>(i)] : 0;
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto to = static_cast<size_t>(j);
      a(i, j) = rule.weight[to] * density(from, rule.at[to]);
    }
    a(i, n) = back_to_zero(from);
  }
  return solve(a)(n);
}

// Run length is close to log-linear in the threshold: secant on its logarithm.
double threshold_for(
    double steps, double first, const std::function<double(double)>& length) {
  const double goal = std::log(steps);
  double a = first, b = first * 1.1;
  double fa = std::log(length(a)) - goal, fb = std::log(length(b)) - goal;
  for (int i = 0; i < 60 && std::abs(fb) > 1e-9 && fb != fa; ++i) {
    const double next = std::clamp(b - fb * (b - a) / (fb - fa), b / 2, b * 2);
    a = b;
    fa = fb;
    b = next;
    fb = std::log(length(b)) - goal;
  }
  return b;
}

bool positive(double v) {
  return std::isfinite(v) && v > 0;
}

void check(const CusumDesign& d) {
  require(
      positive(d.k) && positive(d.h) && d.h < 1e3,
      "[run-length] k and h are positive, h < 1000");
}

void check_steps(double steps, double least) {
  require(
      steps > least && steps <= 1e10,
      "[run-length] so few or so many steps between false alarms cannot be "
      "had");
}

}  // namespace

double run_length(const CusumDesign& d, double shift) {
  check(d);
  const double k = d.k - shift;
  return length_from_zero(
      gauss_legendre(0, d.h, 1.5),
      [=](double from, double to) { return normal_density(to + k - from); },
      [=](double from) { return normal_cdf(k - from); });
}

double run_length_by_chain(const CusumDesign& d, double shift, int64_t states) {
  check(d);
  require(states >= 2, "[run-length] a chain has at least two states");
  const double width = 2 * d.h / (2 * static_cast<double>(states) - 1);
  const double k = d.k - shift;
  Eigen::MatrixXd a(states, states);
  for (Eigen::Index i = 0; i < states; ++i) {
    for (Eigen::Index j = 0; j < states; ++j) {
      const double step = static_cast<double>(j - i) * width + k;
      const double below = j == 0 ? 0 : normal_cdf(step - width / 2);
      a(i, j) = normal_cdf(step + width / 2) - below;
    }
  }
  return solve(a)(0);
}

double cusum_threshold(double k, double false_alarm_steps) {
  require(positive(k), "[run-length] k is positive");
  check_steps(false_alarm_steps, 1 / normal_cdf(-k));
  // Siegmund's approximation without its small terms.
  const double first =
      std::log1p(2 * k * k * false_alarm_steps) / (2 * k) - 1.166;
  return threshold_for(false_alarm_steps, std::max(first, 0.2), [&](double h) {
    return run_length(CusumDesign{k, h});
  });
}

double run_length(const EwmaDesign& d, double shift) {
  require(
      positive(d.lambda) && d.lambda <= 1 && positive(d.limit),
      "[run-length] lambda is in (0, 1], limit is positive");
  const double c = d.bound();
  return length_from_zero(
      gauss_legendre(-c, c, 1.5 * d.lambda),
      [&](double from, double to) {
        const double x = (to - (1 - d.lambda) * from) / d.lambda;
        return normal_density(x - shift) / d.lambda;
      },
      [](double) { return 0.0; });
}

double ewma_limit(double lambda, double false_alarm_steps) {
  check_steps(false_alarm_steps, 1.99);
  return threshold_for(false_alarm_steps, 3, [&](double limit) {
    return run_length(EwmaDesign{lambda, limit});
  });
}

}  // namespace moestro
