// SPDX-License-Identifier: Apache-2.0
// Values of a tensor as plain numbers on the host, whatever its device and
// type. On a GPU each call waits for the device.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Row-major; any integer or floating type.
[[nodiscard]] std::vector<int64_t> to_ints(const at::Tensor&);
[[nodiscard]] std::vector<double> to_doubles(const at::Tensor&);

// Values of the host on a device; the host goes on at once.
[[nodiscard]] at::Tensor without_waiting(const at::Tensor&, at::Device);

}  // namespace moestro
MOESTRO_API_END
