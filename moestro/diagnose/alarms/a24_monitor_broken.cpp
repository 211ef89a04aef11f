// SPDX-License-Identifier: Apache-2.0
// A24: what is recorded cannot be true. Pairs are not tokens x k, more are
// served than asked for, a layer is none that routes, two layers show the same
// counts (a hook that is off by one), counts stand still, or a layer has
// fallen silent. The doctor then says nothing else.
#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a24_monitor_broken_part {

constexpr int kStale = 3;  // steps with the very same counts
// Steps in a row with the counts of another layer: a step of a few texts over
// and over shows the same in two layers now and then.
constexpr int kTwins = 3;
constexpr int kSilent = 3;  // steps without a layer that used to be there
// Steps after which a layer, and a change from step to step, is expected.
constexpr int kSettled = 5;
// What vary less can be the same by chance, or by collapse: then all tokens go
// to the same experts in every step.
constexpr double kTelling = 32;

// All alike: what planners and expert choice make of it.
static bool is_even(const std::vector<int64_t>& counts) {
  const auto [least, most] = std::ranges::minmax(counts);
  return most - least <= 1;
}

// Variance that counts of independent tokens would have, all experts together.
static double variance(const Counts& counts) {
  const auto T = static_cast<double>(counts.tokens);
  double sum = 0;
  for (const auto n : counts.demand) {
    sum += static_cast<double>(n) * (1 - static_cast<double>(n) / T);
  }
  return sum;
}

static bool is_telling(const LayerRecord& r) {
  return r.counts.demand.size() > 1 && variance(r.counts) >= kTelling &&
         !is_even(r.counts.demand);
}

class MonitorBroken final : public Alarm {
 public:
  explicit MonitorBroken(const Site&) {}

  void step(const StepRecord& record, const WatchSite& watch, const Tell& tell)
      override {
    if (record.skipped) {
      return;
    }
    for (const auto& r : record.layers) {
      say(r, impossible(r, watch), tell);
      say(r, twin(r, record), tell);
      say(r, stale(r), tell);
    }
    silent(record, tell);
  }

  void rearm() override { layers_.clear(); }

 private:
  struct State {
    std::vector<int64_t> demand;
    std::vector<double> prob;
    int same = 0, twins = 0, changes = 0, seen = 0, missing = 0;
  };

  static void say(
      const LayerRecord& r, const std::string& problem, const Tell& tell) {
    if (!problem.empty()) {
      tell(
          {.level = Level::kPage,
           .layer = r.layer,
           .routing = r.routing,
           .message = words::layer(r.layer, r.routing) + ": " + problem});
    }
  }

  static std::string impossible(const LayerRecord& r, const WatchSite& watch) {
    const auto& c = r.counts;
    const auto pairs = total(c.demand);
    const auto block = static_cast<size_t>(r.layer);
    const auto* facts = block < watch.facts.layers.size()
                            ? &watch.facts.layers[block]
                            : nullptr;
    if (facts != nullptr && facts->kind == "dense") {
      return "counts of a layer that has no experts";
    }
    if (facts == nullptr && !watch.facts.layers.empty()) {
      return "counts of a layer that the model does not have";
    }
    const bool known = facts != nullptr && facts->top_k > 0;
    const auto wanted = known ? c.tokens * watch.top_k(r) : 0;
    if (wanted > 0 && facts->fixed_k && pairs > 0 && pairs != wanted) {
      return std::to_string(pairs) + " pairs, but " + std::to_string(c.tokens) +
             " tokens ask for " + std::to_string(wanted);
    }
    for (size_t e = 0; e < std::min(c.kept.size(), c.demand.size()); ++e) {
      if (c.kept[e] > c.demand[e]) {
        return "expert " + std::to_string(e) + " serves " +
               std::to_string(c.kept[e]) + " pairs of " +
               std::to_string(c.demand[e]);
      }
    }
    return {};
  }

  std::string twin(const LayerRecord& r, const StepRecord& record) {
    const auto other =
        std::ranges::find_if(record.layers, [&r](const LayerRecord& before) {
          return &before < &r && before.counts.demand == r.counts.demand;
        });
    const bool same = other != record.layers.end() && is_telling(r);
    auto& twins = layers_[{r.layer, r.routing}].twins;
    twins = same ? twins + 1 : 0;
    return twins >= kTwins ? "the same counts as " +
                                 words::layer(other->layer, other->routing)
                           : "";
  }

  std::string stale(const LayerRecord& r) {
    auto& state = layers_[{r.layer, r.routing}];
    ++state.seen;
    state.missing = 0;
    // The same text over and over may choose alike; its scores still change.
    const bool same = state.demand == r.counts.demand && state.prob == r.prob &&
                      is_telling(r);
    state.same = same ? state.same + 1 : 0;
    state.changes += same ? 0 : 1;
    state.demand = r.counts.demand;
    state.prob = r.prob;
    // Text that is the same from the first step on is somebody's choice.
    return state.changes > kSettled && state.same >= kStale
               ? "the very same counts in " + std::to_string(state.same + 1) +
                     " steps"
               : "";
  }

  void silent(const StepRecord& record, const Tell& tell) {
    for (auto& [key, state] : layers_) {
      const bool here = std::ranges::any_of(record.layers, [&](const auto& r) {
        return r.layer == key.first && r.routing == key.second;
      });
      state.missing = here ? 0 : state.missing + 1;
      if (state.seen >= kSettled && state.missing > kSilent) {
        tell(
            {.level = Level::kPage,
             .layer = key.first,
             .routing = key.second,
             .message = words::layer(key.first, key.second) +
                        " has not been heard of for " +
                        std::to_string(state.missing) + " steps"});
      }
    }
  }

  std::map<LayerKey, State> layers_;
};

}  // namespace a24_monitor_broken_part

extern constinit const Variant<Alarm> a24_monitor_broken = {
    .info =
        {.name = "a24-monitor-broken",
         .summary = "what is recorded cannot be true",
         .paper = "",
         .shows = "load"},
    .make = make_plain<Alarm, a24_monitor_broken_part::MonitorBroken>};

}  // namespace moestro::alarms
