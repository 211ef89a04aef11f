// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace moestro {

// An autoregression with N(0, 1) noise, after it has forgotten its start.
inline std::vector<double> autoregressive(
    std::span<const double> coefficients, size_t length, uint64_t seed) {
  constexpr size_t kForget = 200;
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise;
  std::vector<double> series;
  series.reserve(kForget + length);
  while (series.size() < kForget + length) {
    double x = noise(random);
    for (size_t i = 0; i < coefficients.size() && i < series.size(); ++i) {
      x += coefficients[i] * series[series.size() - 1 - i];
    }
    series.push_back(x);
  }
  return {series.begin() + kForget, series.end()};
}

}  // namespace moestro
