// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/scarcity.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "moestro/base/error.h"
#include "moestro/stats/dispersion.h"

namespace moestro {
namespace {

constexpr std::array<double, 3> kFraction = {0, 0.25, 0.5};
constexpr std::array<double, 3> kPrior = {0.9, 0.05, 0.05};

}  // namespace

double tokens_to_refuse(
    double fraction, int64_t top_k, int64_t experts, double alpha) {
  require(
      fraction > 0 && fraction <= 1 && alpha > 0 && alpha <= 1 && top_k >= 1 &&
          top_k <= experts,
      "[scarcity] fraction and alpha are in (0, 1], 1 <= K <= E");
  const double fair = static_cast<double>(top_k) / static_cast<double>(experts);
  return std::log(1 / alpha) / (fraction * fair);
}

Scarcity::Scarcity(double least) : least_(least) {
  require(least > 0 && least < 1, "[scarcity] a share is in (0, 1)");
}

void Scarcity::add(double hits, double tokens, double phi) {
  require(hits >= 0 && tokens >= hits, "[scarcity] 0 <= hits <= tokens");
  for (size_t i = 0; i < log_.size(); ++i) {
    // ln 0 times no hit is no evidence either way.
    const double of_hits = hits > 0 ? hits * std::log(kFraction[i]) : 0;
    const double gain = of_hits + tokens * least_ * (1 - kFraction[i]);
    log_[i] = std::max(0.0, log_[i]) + effective_tokens(gain, phi);
  }
}

double Scarcity::log_evidence() const {
  const double most = std::ranges::max(log_);
  if (most == -std::numeric_limits<double>::infinity()) {
    return most;
  }
  double sum = 0;
  for (size_t i = 0; i < log_.size(); ++i) {
    sum += kPrior[i] * std::exp(log_[i] - most);
  }
  return most + std::log(sum);
}

}  // namespace moestro
