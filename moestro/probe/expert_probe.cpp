// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/expert_probe.h"

#include <algorithm>
#include <iterator>

#include <ATen/core/grad_mode.h>

#include "moestro/ops/assign.h"

namespace moestro {
namespace {

constexpr double kTiny = 1e-12;

// Mean of the matrix without its diagonal.
double off_diagonal(const Tensor& all_EE) {
  const auto E = static_cast<double>(all_EE.size(0));
  return (all_EE.sum() - all_EE.diagonal().sum()).item<double>() /
         (E * (E - 1));
}

// [E, E], mean over the tokens.
Tensor cosines(const Tensor& y_ETD) {
  const auto unit = y_ETD / y_ETD.norm(2, 2, true).clamp_min(kTiny);
  const auto unit_EN = unit.flatten(1);
  return unit_EN.matmul(unit_EN.t()) / static_cast<double>(y_ETD.size(1));
}

Measures most_alike(const Tensor& cosine_EE) {
  const auto E = cosine_EE.size(0);
  const auto pairs_EE = cosine_EE.clone().fill_diagonal_(-2);
  const auto place = pairs_EE.argmax().item<int64_t>();
  const auto one = place / E, other = place % E;
  return {
      {"output-similarity-max", pairs_EE.max().item<double>()},
      {"alike_one", static_cast<double>(one)},
      {"alike_other", static_cast<double>(other)}};
}

double variance_between(const Tensor& y_ETD) {
  const auto between = (y_ETD - y_ETD.mean(0, true)).square().sum();
  const auto all = (y_ETD - y_ETD.mean(1, true).mean(0, true)).square().sum();
  return (between / all.clamp_min(kTiny)).item<double>();
}

// HSIC(a, b) / sqrt(HSIC(a, a) HSIC(b, b)) of centred Gram matrices.
double mean_cka(const Tensor& y_ETD) {
  const auto centred = y_ETD - y_ETD.mean(1, true);
  auto gram_EG = centred.matmul(centred.transpose(1, 2)).flatten(1);
  gram_EG = gram_EG / gram_EG.norm(2, 1, true).clamp_min(kTiny);
  return off_diagonal(gram_EG.matmul(gram_EG.t()));
}

}  // namespace

Tensor expert_outputs(
    const Experts& experts, const Tensor& x_TD, int64_t num_experts) {
  const at::NoGradGuard no_gradient;
  const auto T = x_TD.size(0), N = num_experts * T;
  const auto expert_N1 =
      at::arange(num_experts, x_TD.options().dtype(at::kLong))
          .repeat_interleave(T)
          .unsqueeze(1);
  return experts
      .forward(
          x_TD.repeat({num_experts, 1}),
          assign(expert_N1, num_experts),
          at::ones({N}, x_TD.options()))
      .to(at::kFloat)
      .view({num_experts, T, -1});
}

Measures output_similarity(const Tensor& y_ETD) {
  if (y_ETD.size(0) < 2 || y_ETD.size(1) < 2) {
    return {};
  }
  const auto cosine_EE = cosines(y_ETD);
  Measures all{
      {"output-similarity", off_diagonal(cosine_EE)},
      {"output-variance", variance_between(y_ETD)},
      {"expert-cka", mean_cka(y_ETD)}};
  std::ranges::move(most_alike(cosine_EE), std::back_inserter(all));
  return all;
}

Measures output_share(const Tensor& y_ETD, const Routing& routing) {
  const auto& pairs = routing.pairs;
  const auto E = y_ETD.size(0), T = y_ETD.size(1);
  const auto kept = served(pairs).logical_and(pairs.token_N.lt(T));
  const auto expert_N = pairs.expert_N.masked_select(kept);
  const auto token_N = pairs.token_N.masked_select(kept);
  const auto said_N =
      y_ETD.norm(2, 2)
          .to(at::kDouble)
          .flatten()
          .index_select(0, expert_N * T + token_N) *
      routing.weight_N.detach().to(at::kDouble).masked_select(kept).abs();
  const auto zero_E = at::zeros({E}, said_N.options());
  const auto sum_E = zero_E.index_add(0, expert_N, said_N);
  const auto count_E =
      zero_E.index_add(0, expert_N, at::ones(said_N.sizes(), said_N.options()));
  const auto busy_E = count_E.gt(0);
  if (!busy_E.any().item<bool>()) {
    return {};
  }
  const auto mean_B = (sum_E / count_E.clamp_min(1)).masked_select(busy_E);
  const auto least = busy_E.nonzero().flatten()[mean_B.argmin()];
  return {
      {"output-share",
       (mean_B.min() / mean_B.median().clamp_min(kTiny)).item<double>()},
      {"output_least", static_cast<double>(least.item<int64_t>())}};
}

double router_alignment(const Experts& experts, const Tensor& rows_ED) {
  const auto rows = rows_ED.detach().to(at::kFloat);
  const auto E = rows.size(0);
  const auto size = std::sqrt(static_cast<double>(rows.size(1)));
  const auto unit = rows / rows.norm(2, 1, true).clamp_min(kTiny) * size;
  // [expert, row] -> [row, expert]
  const auto answer_RE = expert_outputs(experts, unit, E).norm(2, 2).t();
  return (answer_RE.diagonal() / answer_RE.mean(1).clamp_min(kTiny))
      .mean()
      .item<double>();
}

}  // namespace moestro
