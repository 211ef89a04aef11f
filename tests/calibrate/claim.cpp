// SPDX-License-Identifier: Apache-2.0
#include "tests/calibrate/claim.h"

#include <cmath>
#include <limits>
#include <utility>

#include "moestro/base/text.h"
#include "moestro/stats/distribution.h"

namespace moestro {
namespace {

constexpr uint64_t kSeed = 20260101;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

Claim at_most(
    std::string name, double nominal, std::function<Measured()> measure) {
  return {
      std::move(name),
      "<= " + shortest(nominal),
      {-kInfinity, nominal},
      std::move(measure)};
}

Claim at_least(
    std::string name, double nominal, std::function<Measured()> measure) {
  return {
      std::move(name),
      ">= " + shortest(nominal),
      {nominal, kInfinity},
      std::move(measure)};
}

Claim about(
    std::string name,
    double nominal,
    double tolerance,
    std::function<Measured()> measure) {
  const double slack = std::abs(nominal) * tolerance;
  return {
      std::move(name),
      fixed(
          nominal,
          nominal < 10     ? 4
          : nominal < 1000 ? 1
                           : 0) +
          " +- " + fixed(100 * tolerance, 0) + " %",
      {nominal - slack, nominal + slack},
      std::move(measure)};
}

Measured rate(int64_t trials, const std::function<bool(Random&)>& happens) {
  Random random(kSeed);
  int64_t hits = 0;
  for (int64_t i = 0; i < trials; ++i) {
    hits += happens(random) ? 1 : 0;
  }
  const auto h = static_cast<double>(hits), n = static_cast<double>(trials);
  return {h / n, clopper_pearson(h, n, kConfidence)};
}

Measured wait(
    int64_t runs, const std::function<int64_t(Random&)>& steps_to_alarm) {
  return mean(runs, [&](Random& random) {
    return static_cast<double>(steps_to_alarm(random));
  });
}

Measured mean(int64_t trials, const std::function<double(Random&)>& value) {
  Random random(kSeed);
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < trials; ++i) {
    const double v = value(random);
    sum += v;
    squares += v * v;
  }
  const auto n = static_cast<double>(trials);
  const double centre = sum / n;
  const double half = normal_quantile((1 + kConfidence) / 2) *
                      std::sqrt((squares / n - centre * centre) / n);
  return {centre, {centre - half, centre + half}};
}

}  // namespace moestro
