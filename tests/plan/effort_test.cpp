// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/effort.h"

#include <gtest/gtest.h>

#include "moestro/plan/eplb.h"
#include "moestro/plan/node_deal.h"
#include "moestro/plan/placement_moves.h"
#include "moestro/plan/placement_search.h"

namespace moestro {
namespace {

constexpr int64_t kLook = 1 << 16;  // steps between two looks at the clock

// 16 experts that no two ways of sharing leave equal.
const std::vector<double>& uneven() {
  static const std::vector<double> kLoads = {
      181,
      95,
      633,
      613,
      352,
      281,
      52,
      164,
      973,
      142,
      41,
      884,
      830,
      78,
      258,
      392};
  return kLoads;
}

Effort overdue() {
  return {.steps = int64_t{1} << 40, .deadline = Effort::Time::min()};
}

int64_t spent(const Effort& effort) {
  return (int64_t{1} << 40) - effort.steps;
}

TEST(Effort, ends_when_its_steps_are_spent) {
  Effort effort{.steps = 10};
  EXPECT_TRUE(effort.spend(10));
  EXPECT_FALSE(effort.spend(1));
  EXPECT_FALSE(effort.spend(0));
}

TEST(Effort, looks_at_the_clock_before_long) {
  auto effort = overdue();
  while (effort.spend(1)) {
  }
  EXPECT_LE(spent(effort), kLook + 1);
}

// Slots from 64, with and without nodes and groups: each search stops a step
// or two after it could have seen that its time is over.
TEST(Effort, overdue_searches_stop_at_the_next_look) {
  for (const int64_t slots : {64, 128, 256}) {
    for (const int64_t nodes : {1, 2, 4}) {
      const PlacementProblem p{uneven(), slots, 16, nodes, nodes == 1 ? 1 : 16};
      auto plan = eplb(p);
      auto proof = overdue(), search = overdue(), moves = overdue();
      EXPECT_FALSE(improve_or_prove(p, plan, proof)) << slots << " " << nodes;
      EXPECT_LE(spent(proof), 4 * kLook) << slots << " " << nodes;
      const auto found = search_placement(
          p, plan.expert_S, {.goal = 0, .rounds = 1'000'000}, search);
      EXPECT_LE(spent(search), 4 * kLook) << slots << " " << nodes;
      const auto kept =
          affordable(p, found, {.current_S = plan.expert_S}, moves);
      EXPECT_LE(spent(moves), 4 * kLook) << slots << " " << nodes;
      EXPECT_LE(finish_placement(p, kept).peak, plan.peak);
    }
  }
}

// Two nodes and 16 groups are 6435 deals, each of which is a search.
TEST(Effort, spent_proof_looks_at_no_further_deal) {
  const PlacementProblem p{uneven(), 128, 8, 2, 16};
  auto plan = eplb(p);
  Effort effort{.steps = 1'000'000};
  EXPECT_FALSE(improve_or_prove(p, plan, effort));
  EXPECT_GE(effort.steps, -1'000'000);
}

}  // namespace
}  // namespace moestro
