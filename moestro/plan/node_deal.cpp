// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/node_deal.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "moestro/plan/placement_proof.h"

namespace moestro {
namespace {

using Slots = std::optional<std::vector<int32_t>>;

// One pass: the swap of a group of the heaviest node that helps most.
class Evening {
 public:
  Evening(
      const PlacementProblem& p,
      std::vector<std::vector<int32_t>>& nodes,
      Effort& effort)
      : effort_(effort),
        nodes_(nodes),
        size_(p.load_E.size() / static_cast<size_t>(p.groups)),
        load_E_(p.load_E) {}

  bool improve() {
    std::vector<double> load_N(nodes_.size());
    std::ranges::transform(
        nodes_, load_N.begin(), [&](const auto& node) { return load(node); });
    const auto top =
        static_cast<size_t>(std::ranges::max_element(load_N) - load_N.begin());
    double lowest = load_N[top] * (1 - 1e-12);
    std::optional<std::pair<size_t, size_t>> best;
    const auto consider = [&](size_t mine, size_t its) {
      const auto other = its / groups();
      const double lighter = load(group(mine)) - load(group(its));
      const double after =
          std::max(load_N[top] - lighter, load_N[other] + lighter);
      if (other != top && after < lowest) {
        lowest = after;
        best = {mine, its};
      }
    };
    const auto experts = static_cast<int64_t>(load_E_.size());
    for (size_t mine = top * groups(); mine < (top + 1) * groups(); ++mine) {
      if (!effort_.spend(4 * experts)) {
        return false;
      }
      for (size_t its = 0; its < nodes_.size() * groups(); ++its) {
        consider(mine, its);
      }
    }
    if (best) {
      std::ranges::swap_ranges(group(best->first), group(best->second));
    }
    return best.has_value();
  }

 private:
  [[nodiscard]] size_t groups() const { return nodes_[0].size() / size_; }
  // Groups are numbered node by node.
  [[nodiscard]] std::span<int32_t> group(size_t number) {
    return std::span(nodes_[number / groups()])
        .subspan(number % groups() * size_, size_);
  }
  [[nodiscard]] double load(std::span<const int32_t> experts) const {
    double sum = 0;
    for (const auto e : experts) {
      sum += load_E_[static_cast<size_t>(e)];
    }
    return sum;
  }

  Effort& effort_;
  std::vector<std::vector<int32_t>>& nodes_;
  size_t size_;
  std::span<const double> load_E_;
};

// Depth first over deals: a node gets the first group that is left and any
// others; it is filled before the next one is looked at.
class EveryDeal {
 public:
  EveryDeal(const PlacementProblem& p, double limit, Effort& effort)
      : p_(p),
        limit_(limit),
        effort_(effort),
        nodes_(static_cast<size_t>(p.by_node() ? p.nodes : 1)),
        groups_(static_cast<size_t>(p.by_node() ? p.groups : 1)),
        taken_(groups_) {}

  // The slots of a placement below the limit.
  Slots run() { return node(0) ? Slots(slots_) : std::nullopt; }

 private:
  bool node(size_t number) {
    if (number == nodes_) {
      return true;
    }
    const auto first =
        static_cast<size_t>(std::ranges::find(taken_, false) - taken_.begin());
    return with(number, first, {});
  }

  bool with(size_t number, size_t group, std::vector<size_t> chosen) {
    taken_[group] = true;
    chosen.push_back(group);
    bool done = false;
    if (!effort_.spend(static_cast<int64_t>(16 * groups_))) {
      return false;
    }
    if (chosen.size() == groups_ / nodes_) {
      done = fill(number, chosen);
    }
    for (size_t next = group + 1; chosen.size() < groups_ / nodes_ &&
                                  next < groups_ && !done && !effort_.exhausted;
         ++next) {
      done = !taken_[next] && with(number, next, chosen);
    }
    taken_[group] = false;
    return done;
  }

  bool fill(size_t number, const std::vector<size_t>& chosen) {
    std::vector<int32_t> experts;
    Shelf shelf{
        .devices = static_cast<size_t>(p_.devices) / nodes_,
        .per = static_cast<size_t>(p_.slots / p_.devices)};
    const auto size = p_.load_E.size() / groups_;
    for (const auto g : chosen) {
      for (size_t e = g * size; e < (g + 1) * size; ++e) {
        experts.push_back(static_cast<int32_t>(e));
        shelf.load_E.push_back(p_.load_E[e]);
      }
    }
    const auto found = placement_below(limit_, shelf, effort_);
    if (!found) {
      return false;
    }
    const auto before = slots_.size();
    for (const auto i : *found) {
      slots_.push_back(experts[static_cast<size_t>(i)]);
    }
    if (node(number + 1)) {
      return true;
    }
    slots_.resize(before);
    return false;
  }

  const PlacementProblem& p_;
  double limit_;
  Effort& effort_;
  size_t nodes_, groups_;
  std::vector<bool> taken_;
  std::vector<int32_t> slots_;
};

}  // namespace

std::vector<std::vector<int32_t>> evened_deal(
    const PlacementProblem& p,
    std::vector<std::vector<int32_t>> experts_N,
    Effort& effort) {
  if (p.by_node()) {
    Evening evening(p, experts_N, effort);
    while (evening.improve()) {
    }
  }
  return experts_N;
}

bool improve_or_prove(
    const PlacementProblem& p, Placement& best, Effort& effort) {
  constexpr size_t kMostExperts = 16;
  constexpr int64_t kMostSlotsProven = 256;  // the search is recursive
  if (p.load_E.size() > kMostExperts || p.slots > kMostSlotsProven) {
    return false;
  }
  while (true) {
    constexpr double kLess = 1 - 1e-9;
    const auto found = EveryDeal(p, best.peak * kLess, effort).run();
    if (!found) {
      return !effort.exhausted;
    }
    best = finish_placement(p, *found);
  }
}

}  // namespace moestro
