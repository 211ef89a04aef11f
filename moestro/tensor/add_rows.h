// SPDX-License-Identifier: Apache-2.0
// Rows added into rows, in an order that is the same every time. On a GPU
// index_add leaves the order to chance, and the last bits with it.
#pragma once

#include <ATen/core/Tensor.h>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Adds what[n] to into[index[n]], in place, and gives `into` back.
at::Tensor add_rows(
    at::Tensor into, const at::Tensor& index_N, const at::Tensor& what);

}  // namespace moestro
MOESTRO_API_END
