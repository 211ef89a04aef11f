// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/decision_probe.h"

#include <ATen/ops/maximum.h>
#include <ATen/ops/quantile.h>

#include "moestro/ops/assign.h"

namespace moestro {
namespace {

// bf16 keeps 8 significant bits.
constexpr double kBits = 7;

}  // namespace

Measures decision(const Tensor& logits_TE, int64_t top_k) {
  if (logits_TE.size(0) == 0 || top_k >= logits_TE.size(1)) {
    return {};
  }
  const auto sorted_TE = std::get<0>(
      logits_TE.detach().to(at::kDouble).sort(/*dim=*/1, /*descending=*/true));
  const auto last_T = sorted_TE.select(1, top_k - 1);
  const auto first_T = sorted_TE.select(1, top_k);
  const auto gap_T = last_T - first_T;
  const auto size_T = at::maximum(last_T.abs(), first_T.abs());
  const auto spacing_T = (size_T.log2().floor() - kBits).exp2();
  return {
      {"margin", gap_T.median().item<double>()},
      {"margin-low", at::quantile(gap_T, 0.01).item<double>()},
      {"precision-at-risk",
       gap_T.lt(spacing_T).to(at::kDouble).mean().item<double>()}};
}

double routing_confidence(const Routing& routing) {
  const auto& live_TE = routing.scores.live_TE;
  const auto share_TE =
      live_TE.detach().to(at::kDouble) /
      live_TE.detach().to(at::kDouble).sum(1, true).clamp_min(1e-300);
  const auto kept_N = at_pairs(share_TE, routing.pairs)
                          .masked_fill(served(routing.pairs).logical_not(), 0);
  return kept_N.sum().item<double>() / static_cast<double>(live_TE.size(0));
}

}  // namespace moestro
