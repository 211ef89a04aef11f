// SPDX-License-Identifier: Apache-2.0
#include "moestro/tensor/add_rows.h"

#include <ATen/ops/index_put.h>

namespace moestro {

at::Tensor add_rows(
    at::Tensor into, const at::Tensor& index_N, const at::Tensor& what) {
  // Integers come out the same in any order.
  if (into.is_cpu() || !into.is_floating_point()) {
    return into.index_add_(0, index_N, what);
  }
  return at::index_put_(into, {index_N}, what, /*accumulate=*/true);
}

}  // namespace moestro
