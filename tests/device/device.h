// SPDX-License-Identifier: Apache-2.0
// Where the tensors of the tests live: on the CPU, or where --device of a test
// program says (main.cpp).
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <ATen/core/Tensor.h>

#include "moestro/ops/part.h"

namespace moestro::test {

[[nodiscard]] at::Device test_device();
void set_test_device(at::Device);

[[nodiscard]] inline at::Tensor here(const at::Tensor& tensor) {
  return tensor.to(test_device());
}

// A part with all of its tensors; whatever else is made stays as it is.
template <class Kind>
[[nodiscard]] std::unique_ptr<Kind> here(std::unique_ptr<Kind> part) {
  if constexpr (std::is_base_of_v<Part, Kind>) {
    if (!test_device().is_cpu()) {
      move_tensors(*part, test_device());
    }
  }
  return part;
}

}  // namespace moestro::test
