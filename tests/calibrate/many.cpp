// SPDX-License-Identifier: Apache-2.0
// Many tests at once, intervals, information.
#include <algorithm>
#include <cmath>
#include <span>

#include "moestro/stats/distribution.h"
#include "moestro/stats/mutual_information.h"
#include "tests/calibrate/claim.h"

namespace moestro {
namespace {

constexpr size_t kTests = 50;

// One-sided p-values of correlated normals; the first `true_effects` are
// shifted by 4.
std::vector<double> p_values(size_t true_effects, Random& random) {
  std::normal_distribution<double> noise;
  const double shared = noise(random);
  std::vector<double> p(kTests);
  for (size_t i = 0; i < kTests; ++i) {
    const double z = (noise(random) + shared) / std::sqrt(2.0);
    p[i] = normal_cdf(-z - (i < true_effects ? 4 : 0));
  }
  return p;
}

using Refuse = std::vector<bool> (*)(std::span<const double>, double);

Measured any_false(Refuse refuse, int64_t trials) {
  return rate(trials, [=](Random& random) {
    const auto refused = refuse(p_values(10, random), 0.05);
    return std::find(refused.begin() + 10, refused.end(), true) !=
           refused.end();
  });
}

// e-values of likelihood ratios for a shift of 3.
Measured false_discoveries(int64_t trials) {
  return mean(trials, [](Random& random) {
    std::normal_distribution<double> noise;
    std::vector<double> log_e(kTests);
    for (size_t i = 0; i < kTests; ++i) {
      log_e[i] = 3 * (noise(random) + (i < 10 ? 3 : 0)) - 4.5;
    }
    const auto refused = e_benjamini_hochberg(log_e, 0.1);
    const auto all = std::ranges::count(refused, true);
    const auto wrong = std::count(refused.begin() + 10, refused.end(), true);
    return all > 0 ? static_cast<double>(wrong) / static_cast<double>(all) : 0;
  });
}

using MakeInterval = Interval (*)(double, double, double);

Measured covered(MakeInterval interval, int64_t trials) {
  return rate(trials, [=](Random& random) {
    const double truth = std::uniform_real_distribution<>()(random);
    const auto hits = std::binomial_distribution<int64_t>(30, truth)(random);
    const auto range = interval(static_cast<double>(hits), 30, 0.95);
    return range.low <= truth && truth <= range.high;
  });
}

Measured information_of_nothing(int64_t trials) {
  return mean(trials, [](Random& random) {
    std::uniform_int_distribution<int64_t> row(0, 3), column(0, 7);
    Table t(4, 8);
    for (int i = 0; i < 500; ++i) {
      t.at(row(random), column(random)) += 1;
    }
    return corrected_information(t);
  });
}

}  // namespace

std::vector<Claim> claims_of_many(int64_t effort) {
  return {
      at_most(
          "Bonferroni at 5 %, 40 true of 50",
          0.05,
          [=] { return any_false(bonferroni, 10'000 * effort); }),
      at_most(
          "Holm at 5 %, 40 true of 50",
          0.05,
          [=] { return any_false(holm, 10'000 * effort); }),
      at_most(
          "e-BH at 10 %, false among refused",
          0.1,
          [=] { return false_discoveries(10'000 * effort); }),
      about(
          "Wilson 95 %, mean coverage",
          0.95,
          0.01,
          [=] { return covered(wilson, 50'000 * effort); }),
      at_least(
          "Clopper-Pearson 95 %, coverage",
          0.95,
          [=] { return covered(clopper_pearson, 50'000 * effort); }),
      at_most("corrected information of nothing", 0.0005, [=] {
        return information_of_nothing(10'000 * effort);
      })};
}

}  // namespace moestro
