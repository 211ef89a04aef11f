// SPDX-License-Identifier: Apache-2.0
// A22: loads recover more slowly than they did: over 24 windows both the
// correlation of one step's stray with the next's and its variance rise, each
// with a p-value below 1e-3 under all orders of the windows, and by enough to
// matter. So systems behave before they tip over (critical slowing down); so
// does a router that specialises. For information only.
#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <vector>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/words.h"
#include "moestro/stats/trend.h"

namespace moestro::alarms {
namespace a22_early_signs_part {

constexpr size_t kWindows = 24, kThird = kWindows / 3;
constexpr double kChance = 1e-3;
constexpr double kSlower = 0.2;  // of the correlation
constexpr double kWider = 1.5;   // times the variance

class Series {
 public:
  void push(double x) {
    last_.push_back(x);
    if (last_.size() > kWindows) {
      last_.pop_front();
    }
  }
  [[nodiscard]] bool rises() const {
    const std::vector<double> values(last_.begin(), last_.end());
    return values.size() == kWindows && rise_p_value(values) < kChance;
  }
  // Means of the first and of the last third.
  [[nodiscard]] double before() const {
    return std::accumulate(last_.begin(), last_.begin() + kThird, 0.0) / kThird;
  }
  [[nodiscard]] double now() const {
    return std::accumulate(last_.end() - kThird, last_.end(), 0.0) / kThird;
  }

 private:
  std::deque<double> last_;
};

class EarlySigns final : public Alarm {
 public:
  explicit EarlySigns(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite&, const Tell& tell) override {
    for (const auto& w : run.layers) {
      if (run.warm && static_cast<int64_t>(w.experts()) > w.top_k) {
        look(w, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  struct State {
    Series correlation, variance;
  };

  void look(const LayerWindow& w, const Tell& tell) {
    auto& [correlation, variance] = layers_[w.key()];
    correlation.push(w.step_correlation);
    variance.push(w.step_phi);
    if (!correlation.rises() || !variance.rises()) {
      return;
    }
    const double slower = correlation.now() - correlation.before();
    const double wider = variance.now() / variance.before();
    if (slower > kSlower && wider > kWider) {
      tell(
          {.level = Level::kInfo,
           .layer = w.layer,
           .routing = w.routing,
           .value = correlation.now(),
           .threshold = correlation.before() + kSlower,
           .message = words::layer(w.layer, w.routing) +
                      " comes back more slowly from its strays: a step "
                      "resembles the one before by " +
                      words::number(correlation.now()) + ", it was " +
                      words::number(correlation.before()) +
                      ", and loads vary " + words::number(wider) +
                      " times as much"});
    }
  }

  std::map<LayerKey, State> layers_;
};

}  // namespace a22_early_signs_part

extern constinit const Variant<Alarm> a22_early_signs = {
    .info =
        {.name = "a22-early-signs",
         .summary = "loads vary more and recover more slowly",
         .paper = "",
         .shows = "max-vio"},
    .make = make_plain<Alarm, a22_early_signs_part::EarlySigns>};

}  // namespace moestro::alarms
