// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/track.h"

#include <algorithm>
#include <cmath>

namespace moestro {
namespace {

constexpr int64_t kStepsAtOnce = 256;

struct Mean {
  double sum = 0, count = 0;

  void add(double value) {
    if (std::isfinite(value)) {
      sum += value;
      ++count;
    }
  }
  [[nodiscard]] double value() const { return sum / count; }
};

// Means of each metric over one stretch of steps.
struct Stretch {
  std::vector<Mean> value, expected;

  explicit Stretch(size_t metrics) : value(metrics), expected(metrics) {}

  void add(
      const std::vector<MadeMetric>& metrics,
      const LayerRecord& record,
      const MetricContext& context) {
    for (size_t m = 0; m < metrics.size(); ++m) {
      value[m].add(value_of(metrics[m], record, context));
      expected[m].add(expected_of(metrics[m], record, context));
    }
  }
};

LayerTrack to_track(
    const std::vector<Stretch>& stretches,
    const std::vector<MadeMetric>& metrics,
    int64_t steps_each) {
  LayerTrack track;
  track.metrics.resize(metrics.size());
  for (size_t i = 0; i < stretches.size(); ++i) {
    const auto first =
        static_cast<double>(static_cast<int64_t>(i) * steps_each);
    track.step.push_back(first + (static_cast<double>(steps_each) + 1) / 2);
  }
  for (size_t m = 0; m < metrics.size(); ++m) {
    track.metrics[m].info = metrics[m].info;
    for (const auto& stretch : stretches) {
      track.metrics[m].value.push_back(stretch.value[m].value());
      track.metrics[m].expected.push_back(stretch.expected[m].value());
    }
  }
  return track;
}

}  // namespace

LayerTrack read_track(
    const RunReader& reader,
    const std::vector<MadeMetric>& metrics,
    const TrackAsk& ask) {
  const auto last = reader.last_step();
  const auto steps_each =
      std::max<int64_t>(1, (last + ask.stretches - 1) / ask.stretches);
  const auto count = static_cast<size_t>((last + steps_each - 1) / steps_each);
  std::vector<Stretch> list(count, Stretch(metrics.size()));
  NullTable null;
  const MetricContext context{
      .top_k = ask.top_k, .null = null, .device_E = ask.device_E};
  for (auto first = reader.next_step(1); first && *first <= last;) {
    const auto end = std::min(last, *first + kStepsAtOnce - 1);
    for (const auto& [step, record] :
         reader.layer_steps(ask.layer, *first, end)) {
      list[static_cast<size_t>((step - 1) / steps_each)].add(
          metrics, record, context);
    }
    first = reader.next_step(end + 1);
  }
  auto track = to_track(list, metrics, steps_each);
  track.layer = ask.layer;
  return track;
}

}  // namespace moestro
