// SPDX-License-Identifier: Apache-2.0
// How a layer's figures moved over the run: metrics of every recorded step,
// averaged in equally long stretches, so that a long run is as quick to draw
// as a short one.
#pragma once

#include <cstdint>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

struct LayerTrack {
  int32_t layer = 0;
  std::vector<double> step;  // middle of each stretch
  // NaN where a stretch has no value.
  std::vector<double> max_vio, floor, expected;  // expected: floor * sqrt(phi)
  std::vector<double> token_entropy, marginal_entropy, drop_rate;
};

[[nodiscard]] LayerTrack read_track(
    const RunReader& reader, int32_t layer, int64_t stretches);

}  // namespace moestro
MOESTRO_API_END
