// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/router_probe.h"

#include <ATen/ops/linalg_eigvalsh.h>

#include "moestro/stats/entropy.h"
#include "moestro/tensor/host.h"

namespace moestro {

Measures conditioning(const Tensor& rows_ED) {
  const auto r = std::min(rows_ED.size(0) - 1, rows_ED.size(1));
  if (r < 1) {
    return {};
  }
  const auto rows = rows_ED.detach().to(at::kCPU, at::kDouble);
  const auto centred = rows - rows.mean(0, true);
  // Of the smaller Gram matrix: its values are the squared singular ones.
  const auto gram = rows_ED.size(0) <= rows_ED.size(1)
                        ? centred.matmul(centred.t())
                        : centred.t().matmul(centred);
  auto squares = to_doubles(at::linalg_eigvalsh(gram).clamp_min(0));
  squares.erase(squares.begin(), squares.end() - r);  // ascending
  if (!(squares.back() > 0)) {
    return {};
  }
  return {
      {"router-conditioning", std::sqrt(squares.back() / squares.front())},
      {"router-rank",
       std::exp(entropy_nats(squares)) / static_cast<double>(r)}};
}

}  // namespace moestro
