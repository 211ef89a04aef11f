// SPDX-License-Identifier: Apache-2.0
// The definition that every other path is compared with.
#include "moestro/ops/experts.h"

namespace moestro {

Tensor experts_reference(
    const Tensor& x_TD,
    const Assignment& pairs,
    const Tensor& weight_N,
    const ExpertWeights& w) {
  auto y_TD = at::zeros_like(x_TD);
  for (int64_t e = 0; e < w.up_EFD.size(0); ++e) {
    const auto begin = pairs.offset_E1[e].item<int64_t>();
    const auto count = pairs.offset_E1[e + 1].item<int64_t>() - begin;
    const auto token = pairs.token_N.narrow(0, begin, count);
    const auto out = feed_forward(
        x_TD.index_select(0, token), w.up_EFD[e], w.down_EDF[e], w.activation);
    const auto weight = weight_N.narrow(0, begin, count).unsqueeze(1);
    y_TD = y_TD.index_add(0, token, (out * weight).to(x_TD.scalar_type()));
  }
  return y_TD;
}

}  // namespace moestro
