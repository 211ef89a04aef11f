// SPDX-License-Identifier: Apache-2.0
#include "moestro/ops/lacking.h"

#include <cmath>
#include <limits>

#include <ATen/ops/ones_like.h>

#include "moestro/ops/assign.h"
#include "moestro/tensor/host.h"

namespace moestro {
namespace lacking_part {

// [T, 1] the (k+1)-th largest biased score; the least one where all are chosen.
Tensor threshold(const Tensor& score_TE, const RouteContext& ctx) {
  const auto place = std::min(ctx.knobs.k, score_TE.size(1) - 1);
  return std::get<0>(biased(score_TE, ctx).sort(1, /*descending=*/true))
      .narrow(1, place, 1);
}

}  // namespace lacking_part

Tensor scores_of_real(const Scores& s, const RouteContext& ctx) {
  return s.live_TE.detach().masked_fill(
      ctx.tokens.valid_T.mask().logical_not().unsqueeze(1),
      std::numeric_limits<double>::quiet_NaN());
}

std::vector<double> real_rows(const Tensor& scores_TE) {
  const auto all = to_doubles(scores_TE);
  const auto width = scores_TE.size(1);
  std::vector<double> rows;
  for (auto row = all.begin(); row != all.end(); row += width) {
    if (!std::isnan(*row)) {
      rows.insert(rows.end(), row, row + width);
    }
  }
  return rows;
}

Tensor lacking_counts(const Scores& s, const RouteContext& ctx) {
  const auto score_TE = s.live_TE.detach();
  const auto experts = score_TE.size(1);
  const auto [low, high] = lacking_range(ctx.knobs.bias);
  const auto lack_TE = lacking_part::threshold(score_TE, ctx) - score_TE;
  const auto bin_TE = ((lack_TE - low) * (kLackingBins / (high - low)))
                          .nan_to_num(0)
                          .floor()
                          .clamp(0, kLackingBins - 1)
                          .to(at::kLong);
  const auto expert_E = at::arange(experts, bin_TE.options()) * kLackingBins;
  const auto cell_TE =
      (bin_TE + expert_E)
          .masked_fill(
              ctx.tokens.valid_T.mask().logical_not().unsqueeze(1),
              experts * kLackingBins);
  return at::zeros({experts * kLackingBins + 1}, bin_TE.options())
      .index_add(0, cell_TE.flatten(), at::ones_like(cell_TE).flatten())
      .narrow(0, 0, experts * kLackingBins)
      .view({experts, kLackingBins});
}

}  // namespace moestro
