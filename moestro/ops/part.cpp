// SPDX-License-Identifier: Apache-2.0
#include "moestro/ops/part.h"

namespace moestro {

void move_tensors(Part& part, at::Device device) {
  part.tensors([device](const NamedTensor& t) {
    t.value = t.value.detach().to(device).requires_grad_(t.trained);
  });
}

TensorVisitor prefixed(const TensorVisitor& visit, const std::string& prefix) {
  return [&visit, prefix](const NamedTensor& tensor) {
    auto named = tensor;
    named.name = prefix + tensor.name;
    visit(named);
  };
}

PartVisitor prefixed(const PartVisitor& visit, const std::string& prefix) {
  return [&visit, prefix](const PartPlace& place, Part& part) {
    visit({prefix + place.name, place.routing}, part);
  };
}

}  // namespace moestro
