// SPDX-License-Identifier: Apache-2.0
// The inner loops of Sinkhorn's passes, for the instruction set of the machine.
// Rows are padded_lanes() long. Not public.
#pragma once

#include <cstddef>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// kernel = exp(exponent + shift - largest): 0 where the exponent is -inf, else
// at least exp(-87).
struct ExpRow {
  const float* exponents;
  const float* shift;  // of columns
  float* kernel;       // written
  size_t width;
};
void exp_row(const ExpRow&);

// factor of a row = row_sum / sum(kernel * scale); columns += factor * kernel.
struct SumRows {
  const float* kernel;
  const float* scales;  // of columns
  float row_sum;
  float* factors;  // written, one a row
  float* columns;  // added to
  size_t rows, width;
};
void sum_rows(const SumRows&);

}  // namespace moestro
MOESTRO_API_END
