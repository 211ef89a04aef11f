// SPDX-License-Identifier: Apache-2.0
// A23: everybody waits for one device: the experts that live there get more
// than their part. A CUSUM of the log likelihood ratio of 1.25 times the fair
// share against the fair share counts the device's pairs of every window,
// divided by the layer's phi; false alarms are split over devices and layers.
// It warns where the steps take longer when that device has more to do, over
// the last 200 steps. Where nobody recorded how long they took it is
// information only; where nobody recorded who lives where, it is silent.
#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/words.h"
#include "moestro/metrics/load.h"
#include "moestro/stats/charts.h"

namespace moestro::alarms {
namespace a23_straggler_part {

constexpr double kMore = 1.25, kMaterial = 1.15;
constexpr double kLongest = 9e9;
constexpr size_t kSteps = 200, kFewest = 50;
// By chance one of 1e5 pairs of unrelated series of 200 steps is so alike.
constexpr double kFollows = 0.3;

using Pairs = std::deque<std::pair<double, double>>;

static double correlation(const Pairs& pairs) {
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (const auto& [a, b] : pairs) {
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const auto n = static_cast<double>(pairs.size());
  const double spread = (xx - x * x / n) * (yy - y * y / n);
  return spread > 0 ? (xy - x * y / n) / std::sqrt(spread) : 0;
}

static double seconds_of(const StepRecord& record) {
  for (const auto& [name, value] : record.scalars) {
    if (name == "seconds") {
      return value;
    }
  }
  return metrics::kUnknown;
}

// Empty where it is not known.
static std::span<const int32_t> devices_of(
    const WatchSite& watch, int32_t layer) {
  const auto block = static_cast<size_t>(layer);
  const auto& layers = watch.facts.layers;
  return block < layers.size() ? std::span(layers[block].device_E)
                               : std::span<const int32_t>{};
}

class Straggler final : public Alarm {
 public:
  explicit Straggler(const Site& site) : site_(site) {}

  void step(
      const StepRecord& record, const WatchSite& watch, const Tell&) override {
    const double seconds = seconds_of(record);
    for (const auto& r : record.layers) {
      const auto load_P =
          metrics::device_loads(metrics::loads(r), devices_of(watch, r.layer));
      if (load_P.size() > 1 && std::isfinite(seconds)) {
        remember(
            layers_[{r.layer, r.routing}].pairs,
            std::ranges::max(load_P),
            seconds);
      }
    }
  }

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    for (const auto& w : run.layers) {
      const auto load_P =
          metrics::device_loads(w.load, devices_of(watch, w.layer));
      if (run.warm && load_P.size() > 1) {
        look(w, load_P, watch, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  struct State {
    Pairs pairs;  // load of the busiest device, seconds
    std::vector<CountCusum> charts;
  };

  static void remember(Pairs& pairs, double load, double seconds) {
    pairs.emplace_back(load, seconds);
    if (pairs.size() > kSteps) {
      pairs.pop_front();
    }
  }

  void prepare(State& state, size_t devices, const WatchSite& watch) const {
    if (state.charts.size() == devices) {
      return;
    }
    const double fair = 1 / static_cast<double>(devices);
    const double more = std::min(kMore * fair, (1 + fair) / 2);
    const double windows =
        static_cast<double>(watch.layers) * static_cast<double>(devices) /
        (site_.rates.warn * static_cast<double>(site_.window));
    state.charts.assign(
        devices, CountCusum(fair, more, std::min(kLongest, windows)));
  }

  void look(
      const LayerWindow& w,
      const std::vector<double>& load_P,
      const WatchSite& watch,
      const Tell& tell) {
    auto& state = layers_[w.key()];
    prepare(state, load_P.size(), watch);
    const auto pairs = static_cast<double>(total(w.counts.demand));
    std::optional<size_t> worst;
    for (size_t p = 0; p < load_P.size(); ++p) {
      const double hits =
          pairs * load_P[p] / static_cast<double>(load_P.size());
      const bool sure = state.charts[p].push(hits, pairs, w.phi);
      const bool now = sure && load_P[p] > kMaterial;
      if (now && (!worst || load_P[p] > load_P[*worst])) {
        worst = p;
      }
    }
    if (worst) {
      tell(finding(w, state, load_P[*worst], *worst));
    }
  }

  static Finding finding(
      const LayerWindow& w, const State& state, double load, size_t place) {
    const bool timed = state.pairs.size() >= kFewest;
    const double alike = timed ? correlation(state.pairs) : 0;
    const bool follows = alike > kFollows;
    return {
        .level = follows ? Level::kWarn : Level::kInfo,
        .layer = w.layer,
        .routing = w.routing,
        .value = load,
        .threshold = kMaterial,
        .message = words::layer(w.layer, w.routing) +
                   ": the experts of device " + std::to_string(place) +
                   " have " + words::number(load) +
                   " times a device's part of the load" +
                   (!timed    ? "; how long steps take was not recorded"
                    : follows ? ", and steps take longer when they have more"
                              : ", and steps do not take longer for it")};
  }

  Site site_;
  std::map<LayerKey, State> layers_;
};

}  // namespace a23_straggler_part

extern constinit const Variant<Alarm> a23_straggler = {
    .info =
        {.name = "a23-straggler",
         .summary = "everybody waits for one device",
         .paper = "",
         .shows = "device-imbalance"},
    .make = make_plain<Alarm, a23_straggler_part::Straggler>};

}  // namespace moestro::alarms
