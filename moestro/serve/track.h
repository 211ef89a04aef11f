// SPDX-License-Identifier: Apache-2.0
// How a layer's metrics moved over the run: values of every recorded step,
// averaged in equally long stretches, so that a long run is as quick to draw
// as a short one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/metrics/window.h"

MOESTRO_API_BEGIN
namespace moestro {

// NaN where a stretch has no value.
struct MetricTrack {
  const Info* info = nullptr;
  std::vector<double> value, expected;
};

struct LayerTrack {
  int32_t layer = 0;
  std::vector<double> step;  // middle of each stretch
  std::vector<MetricTrack> metrics;
};

struct TrackAsk {
  int32_t layer = 0;
  int64_t top_k = 1;
  int64_t stretches = 1;  // at most
  std::span<const int32_t> device_E{};
};

[[nodiscard]] LayerTrack read_track(
    const RunReader&, const std::vector<MadeMetric>&, const TrackAsk&);

}  // namespace moestro
MOESTRO_API_END
