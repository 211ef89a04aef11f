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

// Names of numbers, and the numbers, which a visitor may replace.
using NumberVisitor =
    std::function<void(const std::string& name, std::vector<double>& value)>;
using NumberWalk = std::function<void(const NumberVisitor&)>;

void visit_number(const NumberVisitor&, const std::string& name, double& value);
// As tensors of double.
[[nodiscard]] TensorList number_tensors(const NumberWalk&);
// DataError when a number is missing: state is never silently zero.
void load_numbers(const NumberWalk&, const SafetensorsFile&);

// A fresh tensor with the entry's values.
[[nodiscard]] Tensor tensor_of(const SafetensorsFile&, const TensorEntry&);

// Copies the file's values into every tensor of the walk.
// DataError when a tensor is missing, left over, of another shape or
// dtype, or holds a number that is not finite.
void load_tensors(
    const TensorWalk&, const SafetensorsFile&, const std::string& what);

}  // namespace moestro
MOESTRO_API_END
