// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/activation_probe.h"

#include <cmath>
#include <limits>

#include <ATen/ops/linalg_eigh.h>

namespace moestro {

double kurtosis(const Tensor& y) {
  const auto square = y.detach().to(at::kDouble).square();
  const auto variance = square.mean().item<double>();
  return square.square().mean().item<double>() / (variance * variance);
}

double scatter_ratio(const Tensor& x_TD, const Tensor& group_T) {
  const auto x = x_TD.detach().to(at::kDouble);
  const auto T = static_cast<double>(x.size(0));
  const auto groups = group_T.max().item<int64_t>() + 1;
  const auto one_TG = at::one_hot(group_T, groups).to(at::kDouble);
  const auto count_G = one_TG.sum(0);
  const auto mean_GD = one_TG.t().matmul(x) / count_G.clamp_min(1).unsqueeze(1);
  const auto within_TD = x - mean_GD.index_select(0, group_T);
  const auto between_GD =
      (mean_GD - x.mean(0, true)) * (count_G / T).sqrt().unsqueeze(1);
  // With S_w = within' within / T and S_b = between' between, whose
  // eigenvectors of eigenvalue s > 0 are v = between' u / sqrt(s), for u those
  // of the small matrix between between': trace(S_w S_b^+) = sum |within v|^2 /
  // (T s). Small, so the host solves it: no device does so better.
  const auto gram_GG = between_GD.matmul(between_GD.t()).to(at::kCPU);
  const double between = gram_GG.diagonal().sum().item<double>();
  if (!(between > 0) || !std::isfinite(between)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  constexpr double kRounding = 1e-9;
  const auto [s_G, u_GG] = at::linalg_eigh(gram_GG);
  const auto kept_G = s_G.gt(kRounding * s_G.max());
  const auto s_R = s_G.masked_select(kept_G);
  const auto u_GR = u_GG.index_select(1, kept_G.nonzero().flatten());
  const auto within_TR =
      within_TD.matmul(between_GD.t()).matmul((u_GR / s_R).to(x.device()));
  return within_TR.square().sum().item<double>() / T;
}

}  // namespace moestro
