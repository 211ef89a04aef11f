// SPDX-License-Identifier: Apache-2.0
// Loads of experts, and the best placement by trying everything.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "moestro/plan/placement.h"
#include "tests/plan/refusals.h"

namespace moestro {

// Shares 1 / rank^exponent of 100,000 tokens, shuffled.
inline std::vector<double> zipf_loads(
    size_t experts, double exponent, uint32_t seed) {
  std::vector<double> loads(experts);
  double sum = 0;
  for (size_t e = 0; e < experts; ++e) {
    loads[e] = std::pow(static_cast<double>(e + 1), -exponent);
    sum += loads[e];
  }
  for (auto& load : loads) {
    load = std::round(load / sum * 1e5);
  }
  std::mt19937 random(seed);
  std::ranges::shuffle(loads, random);
  return loads;
}

// Every group of consecutive experts lives on one node.
inline bool groups_are_whole(
    const PlacementProblem& p, const std::vector<int32_t>& expert_S) {
  const auto size = static_cast<int64_t>(p.load_E.size()) / p.groups;
  const auto slots_of_node = p.slots / p.nodes;
  std::vector<int64_t> node_of_group(static_cast<size_t>(p.groups), -1);
  for (size_t s = 0; s < expert_S.size(); ++s) {
    auto& node = node_of_group[static_cast<size_t>(expert_S[s] / size)];
    const auto here = static_cast<int64_t>(s) / slots_of_node;
    if (node >= 0 && node != here) {
      return false;
    }
    node = here;
  }
  return true;
}

// The lowest peak of all placements on one node.
class LowestPeak {
 public:
  explicit LowestPeak(const PlacementProblem& p)
      : p_(p),
        best_(std::numeric_limits<double>::infinity()),
        expert_S_(static_cast<size_t>(p.slots)) {
    fill(0);
  }
  [[nodiscard]] double value() const { return best_; }

 private:
  void fill(size_t s) {
    if (s == expert_S_.size()) {
      judge();
      return;
    }
    const auto per = static_cast<size_t>(p_.slots / p_.devices);
    // The order within a device does not matter.
    const int32_t first = s % per == 0 ? 0 : expert_S_[s - 1];
    for (auto e = first; e < static_cast<int32_t>(p_.load_E.size()); ++e) {
      expert_S_[s] = e;
      fill(s + 1);
    }
  }

  void judge() {
    std::vector<int> seen(p_.load_E.size());
    for (const auto e : expert_S_) {
      seen[static_cast<size_t>(e)] = 1;
    }
    if (std::ranges::find(seen, 0) == seen.end()) {
      best_ = std::min(best_, finish_placement(p_, expert_S_).peak);
    }
  }

  const PlacementProblem& p_;
  double best_;
  std::vector<int32_t> expert_S_;
};

}  // namespace moestro
