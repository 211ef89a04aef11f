// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/track.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "moestro/base/error.h"
#include "moestro/metrics/metric.h"

namespace moestro {
namespace {

constexpr int64_t kStepsAtOnce = 256;

constexpr std::array<std::string_view, 6> kTracked{
    "max-vio",
    "max-vio-floor",
    "dispersion",
    "token-entropy",
    "marginal-entropy",
    "drop-rate"};

using Values = std::array<double, kTracked.size()>;

std::unique_ptr<Metric> metric_named(std::string_view name) {
  for (const auto* variant : variants<Metric>()) {
    if (variant->info.name == name) {
      return variant->make({}, {});
    }
  }
  throw ContractError(
      "[track] metric must be registered; got name=" + std::string(name));
}

// Means of each metric over one stretch of steps.
struct Stretch {
  Values sum{}, count{};

  void add(const Values& values) {
    for (size_t m = 0; m < values.size(); ++m) {
      if (std::isfinite(values[m])) {
        sum[m] += values[m];
        ++count[m];
      }
    }
  }
  [[nodiscard]] double mean(size_t m) const {
    return count[m] > 0 ? sum[m] / count[m]
                        : std::numeric_limits<double>::quiet_NaN();
  }
};

class Tracker {
 public:
  explicit Tracker(int64_t top_k) : top_k_(top_k) {
    for (const auto name : kTracked) {
      metrics_.push_back(metric_named(name));
    }
  }

  [[nodiscard]] Values values(const LayerRecord& record) {
    Values values{};
    const MetricContext context{top_k_, null_};
    for (size_t m = 0; m < values.size(); ++m) {
      values[m] = metrics_[m]->value(record, context);
    }
    return values;
  }

 private:
  int64_t top_k_;
  NullTable null_;
  std::vector<std::unique_ptr<Metric>> metrics_;
};

int64_t top_k_of(const RunReader& reader, int32_t layer) {
  const auto number = std::to_string(layer);
  const auto fact =
      reader.fact("top_k/" + std::string(layer < 10 ? "0" : "") + number);
  return fact ? std::max<int64_t>(1, std::atoll(fact->c_str())) : 1;
}

LayerTrack to_track(const std::vector<Stretch>& stretches, int64_t steps_each) {
  LayerTrack track;
  for (size_t i = 0; i < stretches.size(); ++i) {
    const auto& s = stretches[i];
    const auto first =
        static_cast<double>(static_cast<int64_t>(i) * steps_each);
    const double phi = s.count[2] > 0 ? std::max(s.mean(2), 1.0) : 1.0;
    track.step.push_back(first + (static_cast<double>(steps_each) + 1) / 2);
    track.max_vio.push_back(s.mean(0));
    track.floor.push_back(s.mean(1));
    track.expected.push_back(s.mean(1) * std::sqrt(phi));
    track.token_entropy.push_back(s.mean(3));
    track.marginal_entropy.push_back(s.mean(4));
    track.drop_rate.push_back(s.mean(5));
  }
  return track;
}

}  // namespace

LayerTrack read_track(
    const RunReader& reader, int32_t layer, int64_t stretches) {
  const auto last = reader.last_step();
  const auto steps_each =
      std::max<int64_t>(1, (last + stretches - 1) / stretches);
  std::vector<Stretch> list(
      static_cast<size_t>((last + steps_each - 1) / steps_each));
  Tracker tracker(top_k_of(reader, layer));
  for (int64_t first = 1; first <= last; first += kStepsAtOnce) {
    const auto end = std::min(last, first + kStepsAtOnce - 1);
    for (const auto& [step, record] : reader.layer_steps(layer, first, end)) {
      list[static_cast<size_t>((step - 1) / steps_each)].add(
          tracker.values(record));
    }
  }
  auto track = to_track(list, steps_each);
  track.layer = layer;
  return track;
}

}  // namespace moestro
