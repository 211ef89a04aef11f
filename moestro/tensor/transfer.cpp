// SPDX-License-Identifier: Apache-2.0
#include "moestro/tensor/transfer.h"

#include <map>

namespace moestro {

size_t Transfer::add(const at::Tensor& tensor) {
  given_.push_back(tensor.detach());
  return given_.size() - 1;
}

void Transfer::go() {
  arrived_.resize(given_.size());
  // What nothing was computed for, such as the loss of no losses, never left
  // the host.
  for (const bool host : {true, false}) {
    fetch([&](const at::Tensor& t) { return t.is_cpu() == host; });
  }
}

void Transfer::fetch(const std::function<bool(const at::Tensor&)>& wanted) {
  // One conversion a type instead of one a tensor.
  std::map<at::ScalarType, std::vector<size_t>> places;
  for (size_t place = 0; place < given_.size(); ++place) {
    if (wanted(given_[place])) {
      places[given_[place].scalar_type()].push_back(place);
    }
  }
  if (places.empty()) {
    return;
  }
  std::vector<at::Tensor> wide;
  for (const auto& [type, mine] : places) {
    std::vector<at::Tensor> flat;
    for (const auto place : mine) {
      flat.push_back(given_[place].flatten());
    }
    wide.push_back(at::cat(flat).to(at::kDouble));
  }
  const auto all = at::cat(wide).to(at::kCPU);
  int64_t begin = 0;
  for (const auto& [type, mine] : places) {
    for (const auto place : mine) {
      const auto& tensor = given_[place];
      arrived_[place] =
          all.narrow(0, begin, tensor.numel()).view(tensor.sizes());
      begin += tensor.numel();
    }
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
