// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Bytes.
inline constexpr int64_t kVocabulary = 256;

// The transformer around the mixture.
struct ModelOptions {
  int64_t dim = 128, layers = 3, heads = 4, context = 128;
  int64_t first_dense = 0;  // leading blocks with a dense network
  double rope_base = 10000;
};

}  // namespace moestro
MOESTRO_API_END
