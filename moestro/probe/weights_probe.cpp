// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/weights_probe.h"

namespace moestro {
namespace {

// Off-diagonal cosines of rows.
Measures cosines(const Tensor& rows_ER, const std::string& name) {
  const auto E = rows_ER.size(0);
  if (E < 2) {
    return {};
  }
  const auto unit = rows_ER / rows_ER.norm(2, 1, true).clamp_min(1e-12);
  const auto cos_EE = unit.matmul(unit.t());
  const auto diagonal = cos_EE.diagonal();
  const double pairs = static_cast<double>(E * (E - 1));
  const auto mean = (cos_EE.sum() - diagonal.sum()).item<double>() / pairs;
  auto off = cos_EE.clone();
  off.fill_diagonal_(-1);
  return {
      {name + "_cosine_mean", mean},
      {name + "_cosine_max", off.max().item<double>()}};
}

}  // namespace

Measures row_similarity(const Tensor& rows_ED) {
  return cosines(rows_ED.detach().to(at::kDouble), "row");
}

Measures weight_similarity(const Tensor& weight_EFD) {
  return cosines(weight_EFD.detach().flatten(1).to(at::kFloat), "weight");
}

Tensor squared_norms(const Tensor& weight_EFD) {
  return weight_EFD.detach().flatten(1).to(at::kDouble).square().sum(1);
}

double log_spread(const Tensor& squared_E) {
  return (squared_E.log() / 2).std(/*unbiased=*/false).item<double>();
}

double update_ratio(const Tensor& now, const Tensor& before) {
  const auto base = before.norm().item<double>();
  return base > 0 ? (now.detach() - before).norm().item<double>() / base : 0;
}

}  // namespace moestro
