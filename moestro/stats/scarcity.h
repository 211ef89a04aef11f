// SPDX-License-Identifier: Apache-2.0
// Experts that get too few tokens: a test that may be looked at after every
// step.
#pragma once

#include <array>
#include <cstdint>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Effective tokens without a hit after which "share >= fraction of fair" is
// refused at level alpha: ln(1/alpha) / (fraction K / E).
// ContractError: fraction, alpha not in (0, 1], 1 <= K <= E broken.
[[nodiscard]] double tokens_to_refuse(
    double fraction, int64_t top_k, int64_t experts, double alpha);

// Evidence against "the expert's share of tokens is at least `least`".
//
// Poisson likelihood ratios for shares of 0, 1/4 and 1/2 of `least`, mixed with
// weights 0.9, 0.05, 0.05. Each is an e-process under the hypothesis (Ramdas et
// al., Statistical Science 2023) and starts anew when it falls below 1, so the
// steps to a false alarm are at least 1 / alpha on average (Shin, Ramdas and
// Rinaldo 2022). Hits and tokens are divided by the dispersion phi first.
// Fractions in use: 0.25 of fair for cold, 0.1 for dead, 0.01 for inert.
class Scarcity {
 public:
  // least in (0, 1). ContractError otherwise.
  explicit Scarcity(double least);

  // Hits of `tokens`, both >= 0; phi below 1 or NaN counts as 1.
  void add(double hits, double tokens, double phi = 1);
  // Natural logarithm of the evidence; at ln(1/alpha) the hypothesis falls.
  [[nodiscard]] double log_evidence() const;

 private:
  double least_;
  std::array<double, 3> log_{};
};

}  // namespace moestro
MOESTRO_API_END
