// SPDX-License-Identifier: Apache-2.0
// Initial values: pure functions of (seed, layer, name), so that adding a
// tensor or a layer changes no other tensor's draw.
#pragma once

#include <cstdint>
#include <string_view>

#include <ATen/core/Tensor.h>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct InitialKey {
  uint64_t seed = 0;
  int32_t layer = 0;
  std::string_view name;
};

// A tensor that training moves requires a gradient from its making on: a user's
// own loop has no other step that asks for it. Buffers don't pass here.
[[nodiscard]] at::Tensor trained(at::Tensor);

// fp32, normal with mean 0.
[[nodiscard]] at::Tensor initial_normal(
    at::IntArrayRef shape, double std, const InitialKey&);

// [rows, columns] fp32 with orthonormal rows (columns if there are more rows
// than columns): Saxe et al. 2014.
[[nodiscard]] at::Tensor initial_orthogonal(
    int64_t rows, int64_t columns, const InitialKey&);

}  // namespace moestro
MOESTRO_API_END
