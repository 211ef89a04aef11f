// SPDX-License-Identifier: Apache-2.0
#include "moestro/tensor/transfer.h"

namespace moestro {

size_t Transfer::add(const at::Tensor& tensor) {
  given_.push_back(tensor.detach());
  return given_.size() - 1;
}

void Transfer::go() {
  if (given_.empty()) {
    return;
  }
  std::vector<at::Tensor> flat;
  for (const auto& tensor : given_) {
    flat.push_back(tensor.flatten().to(at::kDouble));
  }
  const auto all = at::cat(flat).to(at::kCPU);
  int64_t begin = 0;
  for (const auto& tensor : given_) {
    arrived_.push_back(
        all.narrow(0, begin, tensor.numel()).view(tensor.sizes()));
    begin += tensor.numel();
  }
}

at::Tensor Transfer::at(size_t place) const {
  TORCH_CHECK(
      place < arrived_.size(),
      "[transfer] go is called before what arrived is read; got place=",
      place);
  return arrived_[place];
}

double Transfer::number(size_t place) const {
  return at(place).item<double>();
}

}  // namespace moestro
