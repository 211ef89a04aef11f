// SPDX-License-Identifier: Apache-2.0
// What moestro/stats promises, and how often a simulation saw it kept.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "moestro/stats/multiplicity.h"

namespace moestro {

inline constexpr double kConfidence = 0.999;

struct Measured {
  double value;
  Interval range;  // at kConfidence
};

// A claim holds unless the whole interval lies outside what is promised.
struct Claim {
  std::string name, promise;
  Interval promised;
  std::function<Measured()> measure;
};

// A nominal chance or length: an upper limit, a lower limit, or within a
// relative tolerance.
[[nodiscard]] Claim at_most(
    std::string name, double nominal, std::function<Measured()> measure);
[[nodiscard]] Claim at_least(
    std::string name, double nominal, std::function<Measured()> measure);
[[nodiscard]] Claim about(
    std::string name,
    double nominal,
    double tolerance,
    std::function<Measured()> measure);

using Random = std::mt19937_64;

// Share of trials in which something happened.
[[nodiscard]] Measured rate(
    int64_t trials, const std::function<bool(Random&)>& happens);
// Mean steps of `runs` runs until an alarm, each from a fresh start.
[[nodiscard]] Measured wait(
    int64_t runs, const std::function<int64_t(Random&)>& steps_to_alarm);
// Mean of values that are not rates; by the normal law.
[[nodiscard]] Measured mean(
    int64_t trials, const std::function<double(Random&)>& value);

// `effort` multiplies the number of trials.
[[nodiscard]] std::vector<Claim> claims_of_balance(int64_t effort);
[[nodiscard]] std::vector<Claim> claims_of_charts(int64_t effort);
[[nodiscard]] std::vector<Claim> claims_of_many(int64_t effort);

}  // namespace moestro
