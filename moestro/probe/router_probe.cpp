// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/router_probe.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/linalg_eigvalsh.h>

#include "moestro/stats/entropy.h"
#include "moestro/stats/robust.h"
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

Measures row_lengths(const Tensor& rows_ED) {
  const auto norm_E = to_doubles(rows_ED.detach().to(at::kDouble).norm(2, {1}));
  const bool finite = std::ranges::all_of(
      norm_E, [](double norm) { return std::isfinite(norm); });
  const double middle = norm_E.size() > 1 && finite ? median(norm_E) : 0;
  if (!(middle > 0)) {
    return {};
  }
  const auto longest = std::ranges::max_element(norm_E);
  return {
      {"row-excess", *longest / middle},
      {"row_longest", static_cast<double>(longest - norm_E.begin())}};
}

}  // namespace moestro
