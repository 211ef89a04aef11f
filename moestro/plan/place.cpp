// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/place.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/plan/eplb.h"
#include "moestro/plan/node_deal.h"
#include "moestro/plan/packing_bound.h"
#include "moestro/plan/placement_moves.h"
#include "moestro/plan/placement_search.h"
#include "moestro/plan/replicate.h"
#include "moestro/plan/sharing_bound.h"

namespace moestro {
namespace {

constexpr double kRounding = 1e-9;

void check_options(const PlacementProblem& p, const PlaceOptions& o) {
  if (o.max_moves < 0 || o.time_limit_ms < 0 || !(o.move_cost >= 0) ||
      o.move_cost == std::numeric_limits<double>::infinity()) {
    fail_data(
        "[place] max_moves, move_cost and time_limit_ms are finite and not "
        "negative; got max_moves=" +
        std::to_string(o.max_moves) + ", move_cost=" + shortest(o.move_cost) +
        ", time_limit_ms=" + std::to_string(o.time_limit_ms));
  }
  if (!o.current_S.empty()) {
    (void)finish_placement(p, {o.current_S.begin(), o.current_S.end()});
  }
}

// A round costs about as much as there are slots.
SearchLimits limits_of(const PlacementProblem& p, double bound) {
  constexpr int64_t kMostRounds = 4000, kWork = 400'000;
  return {
      .goal = bound * (1 + kRounding),
      .rounds = std::clamp(kWork / p.slots, int64_t{20}, kMostRounds)};
}

// Of each stage: the search, the proof, the moves.
constexpr int64_t kSteps = 1'000'000'000;

struct Deadlines {
  Effort::Time plan = Effort::Time::max(), moves = Effort::Time::max();
};

// Where moves are looked for, they have the second half of the time.
Deadlines deadlines_of(const PlaceOptions& o) {
  if (o.time_limit_ms == 0) {
    return {};
  }
  constexpr int64_t kDay = int64_t{24} * 3600 * 1000;
  const auto start = std::chrono::steady_clock::now();
  const std::chrono::milliseconds all(std::min(o.time_limit_ms, kDay));
  return {start + (o.current_S.empty() ? all : all / 2), start + all};
}

const Placement& lower(const Placement& a, const Placement& b) {
  return b.peak < a.peak ? b : a;
}

// The best of the searches from each way to deal the groups to nodes.
Placement searched(
    const PlacementProblem& p, const SearchLimits& limits, Effort effort) {
  const auto dealt = node_experts(p);
  auto best = eplb_within(p, dealt);
  const auto evened = evened_deal(p, dealt, effort);
  auto starts = std::vector{best};
  if (evened != dealt) {
    starts.push_back(eplb_within(p, evened));
  }
  for (const auto& start : starts) {
    best = lower(
        best,
        finish_placement(
            p, search_placement(p, start.expert_S, limits, effort)));
  }
  return best;
}

// Groups stay together, so some node is at least so heavy; per device.
double node_bound(const PlacementProblem& p) {
  const auto size = p.load_E.size() / static_cast<size_t>(p.groups);
  std::vector<double> load_of_group;
  for (size_t first = 0; first < p.load_E.size(); first += size) {
    const auto group = p.load_E.subspan(first, size);
    load_of_group.push_back(std::accumulate(group.begin(), group.end(), 0.0));
  }
  std::ranges::sort(load_of_group, std::ranges::greater());
  const auto devices_of_node = p.devices / p.nodes;
  return packing_bound(load_of_group, static_cast<size_t>(p.nodes)) /
         static_cast<double>(devices_of_node);
}

}  // namespace

double peak_bound(const PlacementProblem& p) {
  check_placement_problem(p);
  const double mean = std::accumulate(p.load_E.begin(), p.load_E.end(), 0.0) /
                      static_cast<double>(p.devices);
  const std::vector<double> load_E(p.load_E.begin(), p.load_E.end());
  const auto replicas = replicate(load_E, static_cast<size_t>(p.slots));
  const double shared = sharing_bound(
      p.load_E,
      static_cast<size_t>(p.devices),
      static_cast<size_t>(p.slots / p.devices));
  const double bound =
      std::max({mean, std::ranges::max(replicas.load_S), shared});
  return p.by_node() ? std::max(bound, node_bound(p)) : bound;
}

PlacePlan place(const PlacementProblem& p, const PlaceOptions& options) {
  check_placement_problem(p);
  check_options(p, options);
  const auto until = deadlines_of(options);
  const double bound = peak_bound(p);
  const auto limits = limits_of(p, bound);
  Effort effort{.steps = kSteps, .deadline = until.plan};
  PlacePlan plan{.placement = searched(p, limits, effort), .bound = bound};
  plan.proven = plan.placement.peak <= limits.goal ||
                improve_or_prove(p, plan.placement, effort);
  if (!options.current_S.empty()) {
    const double lowest = plan.placement.peak;
    effort.deadline = until.moves;
    effort.steps = kSteps;
    effort.exhausted = false;
    plan.placement = finish_placement(
        p, affordable(p, plan.placement.expert_S, options, effort));
    plan.moves = count_moves(options.current_S, plan.placement.expert_S);
    plan.proven =
        plan.proven && plan.placement.peak <= lowest * (1 + kRounding);
  }
  plan.gap = plan.bound > 0 ? plan.placement.peak / plan.bound - 1 : 0;
  return plan;
}

}  // namespace moestro
