// SPDX-License-Identifier: Apache-2.0
#include "moestro/tensor/initial.h"

#include <ATen/ops/linalg_qr.h>

#include "moestro/base/normal.h"
#include "moestro/base/philox.h"

namespace moestro {

at::Tensor trained(at::Tensor value) {
  return value.requires_grad_();
}

at::Tensor initial_normal(
    at::IntArrayRef shape, double std, const InitialKey& key) {
  const DrawKey draws{
      .seed = key.seed,
      .stream = stream_of(key.name),
      .step = 0,
      .layer = static_cast<uint32_t>(key.layer) + 1};
  auto value = at::empty(shape, at::kFloat);
  auto* data = value.mutable_data_ptr<float>();
  for (int64_t i = 0; i < value.numel(); ++i) {
    const auto bits = draw(draws, static_cast<uint64_t>(i));
    const auto pair = normal_pair(1 - bits[0] * 0x1p-32, bits[1] * 0x1p-32);
    data[i] = static_cast<float>(std * pair.first);
  }
  return value;
}

at::Tensor initial_orthogonal(
    int64_t rows, int64_t columns, const InitialKey& key) {
  const auto tall = rows < columns;
  const auto gaussian = initial_normal(
      {std::max(rows, columns), std::min(rows, columns)}, 1, key);
  // The sign fix makes the result unique, whatever the library's QR.
  const auto [q, r] = at::linalg_qr(gaussian.to(at::kDouble));
  const auto fixed = (q * r.diagonal().sign()).to(at::kFloat);
  return (tall ? fixed.t() : fixed).contiguous();
}

}  // namespace moestro
