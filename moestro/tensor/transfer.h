// SPDX-License-Identifier: Apache-2.0
// Many small tensors to the host in one copy: a step asks its device once.
#pragma once

#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class Transfer {
 public:
  // Counts below 2^53 and floats pass unchanged. Returns the place to ask for.
  [[nodiscard]] size_t add(const at::Tensor&);
  // The one copy; before it nothing has been read.
  void go();
  // On the host, double, in its own shape.
  [[nodiscard]] at::Tensor at(size_t place) const;
  [[nodiscard]] double number(size_t place) const;

 private:
  void fetch(const std::function<bool(const at::Tensor&)>& wanted);

  std::vector<at::Tensor> given_, arrived_;
};

}  // namespace moestro
MOESTRO_API_END
