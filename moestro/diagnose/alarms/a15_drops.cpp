// SPDX-License-Identifier: Apache-2.0
// A15: more pairs are dropped than balanced routing of such text would lose at
// this capacity, by more than a point (warn; page above 5 %); or more than 5 %
// (warn) or 15 % (page) whatever the reason: such a capacity is too low. It is
// the most that any expert was given; the loss to be expected is E max(0, n -
// C) of a normal n with the variance that phi gives it.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/multiplicity.h"

namespace moestro::alarms {
namespace a15_drops_part {

constexpr double kPoint = 0.01, kMuch = 0.05, kFarTooMuch = 0.15;
constexpr double kConfidence = 0.999;

static double total_of(const std::vector<int64_t>& counts) {
  return static_cast<double>(total(counts));
}

// Share of an expert's pairs that balanced routing loses.
static double expected_loss(const LayerWindow& w) {
  const double E = static_cast<double>(w.experts());
  const double T = w.tokens() / static_cast<double>(w.steps);
  const double q = total_of(w.counts.demand) / w.tokens() / E;
  const double mean = T * q;
  const double sd = std::sqrt(std::max(1e-12, w.phi * mean * (1 - q)));
  const double x = (static_cast<double>(w.largest_kept) - mean) / sd;
  return sd * (normal_density(x) - x * (1 - normal_cdf(x))) / mean;
}

class Drops final : public Alarm {
 public:
  explicit Drops(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite&, const Tell& tell) override {
    for (const auto& w : run.layers) {
      const double demand = total_of(w.counts.demand);
      if (run.warm && demand > 0 && !w.counts.kept.empty()) {
        look(w, demand, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  void look(const LayerWindow& w, double demand, const Tell& tell) {
    const double dropped = std::max(0.0, demand - total_of(w.counts.kept));
    const auto certain =
        wilson(dropped / w.phi, demand / w.phi, kConfidence).low;
    const double excess = expected_loss(w) + kPoint;
    const double limit = std::min(excess, kMuch);
    const bool page =
        certain > std::max(kMuch, excess) || certain > kFarTooMuch;
    const bool now = dropped > 0 && certain > limit;
    const bool opens = layers_[w.key()].push(now);
    if (dropped > 0 && certain > limit / 2) {
      tell(
          {.level = page ? Level::kPage : Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .value = dropped / demand,
           .threshold = limit,
           .message = words::layer(w.layer, w.routing) + " drops " +
                      words::percent(dropped / demand) +
                      " of the pairs; balanced routing would drop " +
                      words::percent(expected_loss(w)) + " at this capacity",
           .opens = opens && now});
    }
  }

  std::map<LayerKey, Streak<3, 5>> layers_;
};

}  // namespace a15_drops_part

extern constinit const Variant<Alarm> a15_drops = {
    .info =
        {.name = "a15-drops",
         .summary = "more pairs are dropped than balanced routing would lose",
         .paper = "",
         .shows = "drop-rate"},
    .make = make_plain<Alarm, a15_drops_part::Drops>};

}  // namespace moestro::alarms
