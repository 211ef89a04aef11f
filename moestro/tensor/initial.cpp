// SPDX-License-Identifier: Apache-2.0
#include "moestro/tensor/initial.h"

#include <cmath>
#include <numbers>

#include <ATen/ops/linalg_qr.h>

#include "moestro/base/philox.h"

namespace moestro {
namespace {

// FNV-1a: names are few and short, a stable spread is all that is asked.
uint32_t stream_of(std::string_view name) {
  uint32_t hash = 2166136261U;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return hash & 0xFFFFFFU;
}

// Box-Muller on two draws; 1 - u keeps the logarithm finite.
double normal_of(const Philox4& bits) {
  const double u = 1.0 - (bits[0] * 0x1p-32);
  const double v = bits[1] * 0x1p-32;
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

}  // namespace

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
    data[i] = static_cast<float>(
        std * normal_of(draw(draws, static_cast<uint64_t>(i))));
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
