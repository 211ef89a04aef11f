// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/alarms/scarce.h"

#include <algorithm>
#include <cmath>

#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace {

// An expert that ever had so much of its share was alive.
constexpr double kAlive = 0.5;

double fair_share(const LayerWindow& w) {
  return static_cast<double>(w.top_k) / static_cast<double>(w.experts());
}

}  // namespace

void ScarceExperts::window(
    const RunWindow& run, const WatchSite& watch, const Tell& tell) {
  for (const auto& w : run.layers) {
    if (static_cast<int64_t>(w.experts()) > w.top_k) {
      look(w, run, watch, tell);
    }
  }
}

void ScarceExperts::look(
    const LayerWindow& w,
    const RunWindow& run,
    const WatchSite& watch,
    const Tell& tell) {
  auto& experts = layers_[w.key()];
  if (experts.size() != w.experts()) {
    experts.assign(w.experts(), {Scarcity(what_.fraction * fair_share(w))});
  }
  const double rate =
      what_.level == Level::kPage ? site_.rates.page : site_.rates.warn;
  const double needed = std::log(
      static_cast<double>(watch.streams) /
      (rate * static_cast<double>(site_.window)));
  std::vector<int32_t> scarce;
  for (size_t e = 0; e < experts.size(); ++e) {
    auto& expert = experts[e];
    expert.evidence.add(
        static_cast<double>(w.counts.demand[e]), w.tokens(), w.phi);
    expert.best = std::max(expert.best, w.load[e]);
    const bool now = w.load[e] < what_.fraction;
    const bool sure = now && expert.evidence.log_evidence() > needed;
    expert.beyond = sure ? expert.beyond + 1 : 0;
    if (expert.beyond >= lasting_) {
      scarce.push_back(static_cast<int32_t>(e));
    }
  }
  // Experts that start late are no news.
  if (scarce.empty() || !run.warm) {
    return;
  }
  auto found = finding(w, scarce, experts);
  const bool alive = std::ranges::any_of(scarce, [&](int32_t e) {
    return experts[static_cast<size_t>(e)].best >= kAlive;
  });
  found.level = alive || watch.from_scratch ? what_.level : Level::kInfo;
  tell(std::move(found));
}

Finding ScarceExperts::finding(
    const LayerWindow& w,
    const std::vector<int32_t>& scarce,
    const std::vector<Expert>& experts) const {
  // The one that fell furthest.
  const auto worst = *std::ranges::max_element(scarce, {}, [&](int32_t e) {
    return experts[static_cast<size_t>(e)].best;
  });
  const double load = w.load[static_cast<size_t>(worst)];
  return {
      .layer = w.layer,
      .routing = w.routing,
      .expert = worst,
      .value = load,
      .threshold = what_.fraction,
      .message =
          words::layer(w.layer, w.routing) + ": " + words::experts(scarce) +
          (scarce.size() == 1 ? " is " : " are ") + std::string(what_.word) +
          ": certainly below " + words::percent(what_.fraction) +
          " of the fair share; expert " + std::to_string(worst) + " has " +
          words::percent(load)};
}

}  // namespace moestro::alarms
