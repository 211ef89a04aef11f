// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/traffic.h"

#include <algorithm>
#include <cmath>

#include "moestro/diagnose/words.h"

namespace moestro {
namespace {

constexpr double kOver = 1.5, kUnder = 0.5, kLeap = 2, kDenied = 0.05;
// Deviations of the difference of two windows: once in 15 000 healthy ones.
constexpr double kSure = 4;
// Of the windows; and so many.
constexpr double kPersistent = 0.6;
constexpr int64_t kRepeated = 3;

bool beyond_chance(double now, double before, double phi) {
  return std::abs(now - before) > kSure * std::sqrt(phi * (now + before));
}

void count(ExpertTraffic& expert, const LayerWindow& w, size_t e, bool first) {
  const auto now = static_cast<double>(w.counts.demand[e]);
  const bool sure = !first && beyond_chance(now, expert.count, w.phi);
  expert.leaps += sure && now > kLeap * expert.count ? 1 : 0;
  expert.falls += sure && kLeap * now < expert.count ? 1 : 0;
  expert.over += w.load[e] > kOver ? 1 : 0;
  expert.under += w.load[e] < kUnder ? 1 : 0;
  if (e < w.counts.kept.size()) {
    const auto kept = static_cast<double>(w.counts.kept[e]);
    expert.denied += now - kept > kDenied * now ? 1 : 0;
  }
  expert.count = now;
}

using Number = int64_t ExpertTraffic::*;

std::vector<int32_t> experts_with(
    const Traffic& traffic, Number number, int64_t least) {
  std::vector<int32_t> found;
  for (size_t e = 0; e < traffic.experts.size(); ++e) {
    if (traffic.experts[e].*number >= least) {
      found.push_back(static_cast<int32_t>(e));
    }
  }
  return found;
}

void say(
    std::vector<std::string>& signs,
    const Traffic& traffic,
    Number number,
    int64_t least,
    const std::string& what) {
  const auto experts = experts_with(traffic, number, least);
  if (experts.empty()) {
    return;
  }
  int64_t most = 0;
  for (const auto e : experts) {
    most = std::max(most, traffic.experts[static_cast<size_t>(e)].*number);
  }
  signs.push_back(
      words::experts(experts) + " " + what + " in " +
      (experts.size() > 1 ? "up to " : "") + std::to_string(most) + " of " +
      std::to_string(traffic.windows) + " windows");
}

}  // namespace

void Traffic::add(const LayerWindow& w) {
  const bool first = experts.size() != w.experts();
  experts.resize(w.experts());
  ++windows;
  for (size_t e = 0; e < w.experts(); ++e) {
    count(experts[e], w, e, first);
  }
}

std::vector<std::string> early_signs(const Traffic& traffic) {
  using T = ExpertTraffic;
  const auto most_of = static_cast<int64_t>(
      std::ceil(kPersistent * static_cast<double>(traffic.windows)));
  const auto persistent = std::max(kRepeated, most_of);
  std::vector<std::string> signs;
  say(signs, traffic, &T::over, persistent, "over 1.5 times the fair share");
  say(signs, traffic, &T::under, persistent, "under half of the fair share");
  say(signs, traffic, &T::leaps, kRepeated, "leapt to twice the traffic");
  say(signs, traffic, &T::falls, kRepeated, "fell to half of the traffic");
  say(signs, traffic, &T::denied, persistent, "refused more than 5 %");
  return signs;
}

}  // namespace moestro
