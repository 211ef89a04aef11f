// SPDX-License-Identifier: Apache-2.0
// What a model must beat: counting models and a compressor on exactly the
// validation windows that the model is evaluated on. All in bits per byte.
#pragma once

#include <span>

#include "moestro/base/api.h"
#include "moestro/train/data/dataset.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Baselines {
  double order2_bits_per_byte = 0;
  double order3_bits_per_byte = 0;
  double zstd_bits_per_byte = 0;
};

// One model over the training text of all domains, scored on each window by
// itself: bytes 1..context from the bytes of the window before them. zstd
// (level 19) compresses the scored bytes of each domain alone.
[[nodiscard]] Baselines measure_baselines(
    const Dataset& data, std::span<const Window> windows);

// Of the scored bytes, each domain compressed alone.
[[nodiscard]] double zstd_bits_per_byte(std::span<const Window> windows);

}  // namespace moestro
MOESTRO_API_END
