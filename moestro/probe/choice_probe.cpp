// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/choice_probe.h"

#include <limits>

#include "moestro/stats/similarity.h"
#include "moestro/tensor/host.h"

namespace moestro {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double mean_of(const Tensor& values) {
  return values.to(at::kDouble).mean().item<double>();
}

}  // namespace

double choice_overlap(const Tensor& chosen_TE, const Tensor& other_TE) {
  const auto both_T = chosen_TE.logical_and(other_TE).sum(1).to(at::kDouble);
  const auto any_T = chosen_TE.logical_or(other_TE).sum(1).to(at::kDouble);
  return mean_of((both_T / any_T.clamp_min(1)).masked_fill(any_T.eq(0), 1));
}

double sequential_repeat(const Tensor& chosen_TE, const Tensor& sequence_T) {
  const auto before = chosen_TE.size(0) - 1;
  if (before < 1) {
    return kNone;
  }
  const auto pair_T =
      sequence_T.narrow(0, 1, before).eq(sequence_T.narrow(0, 0, before));
  const auto shared_T = chosen_TE.narrow(0, 1, before)
                            .logical_and(chosen_TE.narrow(0, 0, before))
                            .sum(1)
                            .masked_fill(pair_T.logical_not(), 0);
  const auto p_E = chosen_TE.to(at::kDouble).mean(0);
  const auto k = p_E.sum().item<double>();
  const auto pairs = pair_T.sum().item<double>();
  return pairs > 0 && k > 0 ? (shared_T.sum().item<double>() / pairs -
                               p_E.square().sum().item<double>()) /
                                  k
                            : kNone;
}

double largest_lift(const Tensor& chosen_TE, int64_t top_k) {
  constexpr double kEnough = 10;
  const auto T = chosen_TE.size(0), E = chosen_TE.size(1);
  if (top_k < 2 || top_k >= E || T == 0) {
    return kNone;
  }
  const auto ones_TE = chosen_TE.to(at::kDouble);
  Table together(E, E);
  together.cells = to_doubles(ones_TE.t().matmul(ones_TE));
  const auto lift = coactivation_lift(together, T, top_k);
  double most = kNone;
  for (int64_t a = 0; a < E; ++a) {
    for (int64_t b = 0; b < a; ++b) {
      const double chance =
          together.at(a, a) * together.at(b, b) / static_cast<double>(T);
      most = chance >= kEnough ? std::fmax(most, lift.at(a, b)) : most;
    }
  }
  return most;
}

}  // namespace moestro
