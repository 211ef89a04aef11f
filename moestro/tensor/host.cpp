// SPDX-License-Identifier: Apache-2.0
#include "moestro/tensor/host.h"

namespace moestro {
namespace host_part {

template <class T>
std::vector<T> values(const at::Tensor& tensor, at::ScalarType dtype) {
  const auto plain = tensor.detach().to(at::kCPU, dtype).contiguous();
  const auto* begin = plain.const_data_ptr<T>();
  return {begin, begin + plain.numel()};
}

}  // namespace host_part

std::vector<int64_t> to_ints(const at::Tensor& tensor) {
  return host_part::values<int64_t>(tensor, at::kLong);
}

std::vector<double> to_doubles(const at::Tensor& tensor) {
  return host_part::values<double>(tensor, at::kDouble);
}

// Ordinary memory is read before the call comes back, so that it may go away.
at::Tensor without_waiting(const at::Tensor& tensor, at::Device device) {
  return tensor.to(device, tensor.scalar_type(), /*non_blocking=*/true);
}

}  // namespace moestro
