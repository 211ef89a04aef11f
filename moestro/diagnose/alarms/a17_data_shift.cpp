// SPDX-License-Identifier: Apache-2.0
// A17: the text changed, and the loads with it. The mix of domains has moved
// from that of the first windows, by more than sampling so many sequences would
// make it; `value` is the share of the change of loads that follows from it,
// had every domain gone on routing as it did. Or nearly all text is of one
// domain of several from the start. For information: it explains other alarms.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/words.h"
#include "moestro/metrics/load_shift.h"

namespace moestro::alarms {
namespace a17_data_shift_part {

constexpr int64_t kBaseline = 4;  // windows
constexpr double kMoved = 0.2;    // of the text
constexpr double kOneKind = 0.9;
// Nothing less explains an imbalance.
constexpr double kExplains = 0.8;

using Record = LayerRecord;

static std::vector<double> mix_of(const Record& r, size_t domains) {
  std::vector<double> share(domains);
  const auto E = r.domain_demand.size() / domains;
  double sum = 0;
  for (size_t i = 0; i < r.domain_demand.size(); ++i) {
    share[i / E] += static_cast<double>(r.domain_demand[i]);
    sum += static_cast<double>(r.domain_demand[i]);
  }
  for (auto& s : share) {
    s /= sum;
  }
  return share;
}

static double distance(
    const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t d = 0; d < a.size(); ++d) {
    sum += std::abs(a[d] - b[d]) / 2;
  }
  return sum;
}

// What the distance of two samples of n sequences comes to by chance.
static double chance_distance(
    const std::vector<double>& mix, int64_t sequences) {
  double sum = 0;
  for (const double p : mix) {
    sum += std::sqrt(p * (1 - p) / static_cast<double>(sequences)) / 2;
  }
  return sequences > 0 ? sum : 0;
}

class DataShift final : public Alarm {
 public:
  explicit DataShift(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    const auto domains = watch.facts.domains.size();
    for (const auto& w : run.layers) {
      const auto& rows = w.domain_demand;
      const bool usable =
          domains > 1 && !rows.empty() && rows.size() % domains == 0 &&
          std::accumulate(rows.begin(), rows.end(), int64_t{0}) > 0;
      if (usable) {
        look(w, watch, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  struct State {
    Record first;  // the baseline, summed
    int64_t windows = 0, sequences = 0;
  };

  void look(const LayerWindow& w, const WatchSite& watch, const Tell& tell) {
    auto& state = layers_[w.key()];
    const Record now{.counts = w.counts, .domain_demand = w.domain_demand};
    const auto mix = mix_of(now, watch.facts.domains.size());
    const auto most = std::ranges::max_element(mix);
    if (*most > kOneKind) {
      const auto& name =
          watch.facts.domains[static_cast<size_t>(most - mix.begin())];
      say(w,
          1,
          words::percent(*most) + " of the text is of the kind '" + name +
              "': loads are what that text does to them",
          tell);
      return;
    }
    if (state.windows < kBaseline) {
      learn(state, w);
      return;
    }
    const auto before = mix_of(state.first, mix.size());
    const double limit = kMoved + 3 * chance_distance(before, w.sequences);
    const double moved = distance(mix, before);
    const auto shift =
        metrics::load_shift(std::span(&state.first, 1), std::span(&now, 1));
    if (moved > limit && shift && shift->beyond_noise()) {
      say(w,
          shift->explained,
          "the mix of text has moved by " + words::percent(moved) +
              ", which explains " + words::percent(shift->explained) +
              " of the change of loads",
          tell);
    }
  }

  static void learn(State& state, const LayerWindow& w) {
    auto& sum = state.first;
    sum.counts.add(w.counts);
    sum.domain_demand.resize(w.domain_demand.size());
    std::ranges::transform(
        w.domain_demand,
        sum.domain_demand,
        sum.domain_demand.begin(),
        std::plus<>());
    ++state.windows;
    state.sequences += w.sequences;
  }

  static void say(
      const LayerWindow& w,
      double explained,
      const std::string& what,
      const Tell& tell) {
    tell(
        {.level = Level::kInfo,
         .layer = w.layer,
         .routing = w.routing,
         .value = explained,
         .threshold = kExplains,
         .message = words::layer(w.layer, w.routing) + ": " + what});
  }

  std::map<LayerKey, State> layers_;
};

}  // namespace a17_data_shift_part

extern constinit const Variant<Alarm> a17_data_shift = {
    .info =
        {.name = "a17-data-shift",
         .summary = "the text changed, and the loads with it",
         .paper = "",
         .shows = "data/domain/"},
    .make = make_plain<Alarm, a17_data_shift_part::DataShift>};

}  // namespace moestro::alarms
