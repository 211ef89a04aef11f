// SPDX-License-Identifier: Apache-2.0
// Counter-based draws [R, columns] fp32, keyed by an item of each row: on the
// host in a loop, elsewhere in tensor operators, so that no device is asked for
// its items.
#pragma once

#include <ATen/core/Tensor.h>

#include "moestro/base/api.h"
#include "moestro/base/philox.h"

MOESTRO_API_BEGIN
namespace moestro {

// In [0, 1).
[[nodiscard]] at::Tensor uniform_draws(
    const DrawKey&, const at::Tensor& item_R, int64_t columns);
// Standard normal; the last bits follow the device's logarithm and cosine.
[[nodiscard]] at::Tensor normal_draws(
    const DrawKey&, const at::Tensor& item_R, int64_t columns);

// [R, blocks, 4] int64: the 32-bit draws of blocks 0, 1, ... where the items
// live; the same integers as `draw`.
[[nodiscard]] at::Tensor device_bits(
    const DrawKey&, const at::Tensor& item_R, int64_t blocks);

}  // namespace moestro
MOESTRO_API_END
