// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/activation_probe.h"

#include <limits>

#include <ATen/ops/linalg_pinv.h>

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
  const auto within_DD = within_TD.t().matmul(within_TD) / T;
  const auto between_DD = between_GD.t().matmul(between_GD);
  if (!(between_DD.diagonal().sum().item<double>() > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  constexpr double kRounding = 1e-9;
  const auto inverse_DD =
      at::linalg_pinv(between_DD, kRounding, /*hermitian=*/true);
  return within_DD.matmul(inverse_DD).diagonal().sum().item<double>();
}

}  // namespace moestro
