// SPDX-License-Identifier: Apache-2.0
// Many hypotheses at once: which may be refused.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Each returns one flag a hypothesis. alpha in (0, 1); ContractError for it and
// for NaN.

// p-values; the chance of any false refusal is at most alpha, however the tests
// depend on each other.
[[nodiscard]] std::vector<bool> bonferroni(
    std::span<const double> p, double alpha);
// The same guarantee, never fewer refusals (Holm 1979).
[[nodiscard]] std::vector<bool> holm(std::span<const double> p, double alpha);

// Logarithms of e-values; the expected share of false ones among the refusals
// is at most alpha, however they depend on each other (Wang and Ramdas 2022).
[[nodiscard]] std::vector<bool> e_benjamini_hochberg(
    std::span<const double> log_e, double alpha);

struct Interval {
  double low = 0, high = 1;
};

// Of a chance, from hits out of trials (fractions are fine); confidence in
// (0, 1). Wilson (1927): right on average. Clopper and Pearson (1934): never
// too short. ContractError: not 0 <= hits <= trials, trials > 0.
[[nodiscard]] Interval wilson(double hits, double trials, double confidence);
[[nodiscard]] Interval clopper_pearson(
    double hits, double trials, double confidence);

// Of the mean steps between events that come like radioactive decay, from
// `events` in `steps`; exact (Garwood 1936). No upper end without events.
// ContractError: negative events, steps not positive.
[[nodiscard]] Interval mean_wait(
    int64_t events, double steps, double confidence);

// Bounds of the true MaxVio, E max share / K - 1, each missed with a chance of
// at most alpha: from the exact bounds of every expert's share of tokens / phi
// tokens, at alpha / E for the lower one.
[[nodiscard]] Interval max_vio_bounds(
    std::span<const int64_t> demand_E,
    int64_t tokens,
    int64_t top_k,
    double phi,
    double alpha);

}  // namespace moestro
MOESTRO_API_END
