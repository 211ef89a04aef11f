// SPDX-License-Identifier: Apache-2.0
// Named tensors to and from safetensors.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/ops/part.h"
#include "moestro/record/safetensors.h"

MOESTRO_API_BEGIN
namespace moestro {

using TensorList = std::vector<std::pair<std::string, Tensor>>;
// Calls its argument for each tensor of something.
using TensorWalk = std::function<void(const TensorVisitor&)>;

[[nodiscard]] TensorList list_tensors(const TensorWalk&);

[[nodiscard]] std::vector<std::byte> encode_tensors(
    const TensorList&,
    std::span<const std::pair<std::string, std::string>> metadata);

// A fresh tensor with the entry's values.
[[nodiscard]] Tensor tensor_of(const SafetensorsFile&, const TensorEntry&);

// Copies the file's values into every tensor of the walk.
// DataError when a tensor is missing, left over, of another shape or
// dtype, or holds a number that is not finite.
void load_tensors(
    const TensorWalk&, const SafetensorsFile&, const std::string& what);

}  // namespace moestro
MOESTRO_API_END
