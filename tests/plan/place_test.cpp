// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/place.h"

#include <cstdio>

#include "moestro/plan/eplb.h"
#include "tests/plan/placements.h"

namespace moestro {
namespace {

using Loads = std::vector<double>;

TEST(Place, flashlb_example_is_solved_and_proven) {
  const Loads loads = {600, 560, 120, 120, 20, 10, 10, 10};
  const auto plan = place({loads, 16, 8});
  EXPECT_NEAR(plan.placement.peak, 196.67, 5e-3);
  EXPECT_DOUBLE_EQ(plan.bound, 181.25);
  EXPECT_NEAR(plan.gap, 196.6667 / 181.25 - 1, 1e-6);
  EXPECT_TRUE(plan.proven);
  EXPECT_EQ(plan.moves, 0);
}

struct Size {
  size_t experts;
  int64_t slots, devices;
};

class PlaceSmall : public testing::TestWithParam<Size> {};

TEST_P(PlaceSmall, agrees_with_trying_everything) {
  const auto [experts, slots, devices] = GetParam();
  for (uint32_t seed = 0; seed < 12; ++seed) {
    const auto loads = zipf_loads(experts, 0.4 + 0.1 * seed, seed);
    const PlacementProblem problem{loads, slots, devices};
    const auto plan = place(problem);
    const double lowest = LowestPeak(problem).value();
    EXPECT_TRUE(plan.proven);
    EXPECT_NEAR(plan.placement.peak, lowest, 1e-8 * lowest);
    EXPECT_LE(plan.bound, lowest * (1 + 1e-12));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sizes,
    PlaceSmall,
    testing::Values(
        Size{2, 6, 3},
        Size{3, 6, 2},
        Size{4, 8, 4},
        Size{5, 8, 2},
        Size{6, 8, 4},
        Size{4, 9, 3},
        Size{5, 8, 4},
        Size{1, 4, 2},
        Size{5, 5, 5}));

// The hot expert has a device with fifteen others, whatever they are.
TEST(Place, bound_knows_what_shares_a_device_with_a_hot_expert) {
  Loads load_E(128, 135.43);
  load_E[70] = 3280;
  const auto plan = place({load_E, 128, 8});
  EXPECT_NEAR(plan.bound, 5311.45, 1e-9);
  EXPECT_NEAR(plan.placement.peak, 5311.45, 1e-9);
  EXPECT_TRUE(plan.proven);
}

// One slot to spare: the hot expert gets it, and each of its two devices has
// three others; of these at least five are there alone.
TEST(Place, bound_knows_what_shares_devices_with_the_copies_of_a_hot_expert) {
  Loads load_E(15, 10);
  load_E[3] = 500;
  EXPECT_DOUBLE_EQ(peak_bound({load_E, 16, 4}), (500 + 6 * 10) / 2.0);
}

TEST(Place, bound_is_below_the_lowest_peak_of_hot_experts_with_copies) {
  std::mt19937 random(3);
  for (const Size size :
       {Size{6, 6, 2},
        Size{6, 6, 3},
        Size{7, 8, 4},
        Size{5, 6, 3},
        Size{7, 9, 3},
        Size{6, 9, 3},
        Size{7, 8, 2}}) {
    for (int i = 0; i < 12; ++i) {
      Loads load_E(size.experts, 10);
      for (auto& load : load_E) {
        load += static_cast<double>(random() % 5);
      }
      load_E[0] *= static_cast<double>(1 + random() % 40);
      load_E[1] *= static_cast<double>(1 + random() % 10);
      const PlacementProblem p{load_E, size.slots, size.devices};
      EXPECT_LE(peak_bound(p), LowestPeak(p).value() * (1 + 1e-12))
          << size.experts << " " << size.slots << " " << size.devices;
    }
  }
}

// Groups of 8, 4, 2, 2, two a node: the node of the first holds at least 10,
// which its two devices share.
TEST(Place, bound_knows_that_groups_stay_on_a_node) {
  const Loads load_E = {4, 4, 2, 2, 1, 1, 1, 1};
  EXPECT_DOUBLE_EQ(peak_bound({load_E, 12, 4}), 4);
  EXPECT_DOUBLE_EQ(peak_bound({load_E, 12, 4, 2, 4}), 5);
  EXPECT_DOUBLE_EQ(place({load_E, 12, 4, 2, 4}).placement.peak, 5);
}

TEST(Place, bound_by_node_is_below_what_is_proven_lowest) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const auto loads = zipf_loads(8, 0.3 + 0.07 * seed, seed);
    const auto plan = place({loads, 12, 4, 2, 4});
    ASSERT_TRUE(plan.proven) << seed;
    EXPECT_LE(plan.bound, plan.placement.peak * (1 + 1e-12)) << seed;
  }
}

// Flat loads leave millions of replica counts open; too few small replicas
// rule nearly all of them out.
TEST(Place, sixteen_experts_with_two_slots_a_device_are_proven) {
  for (const double exponent : {0.1, 0.25, 0.5, 1.2}) {
    EXPECT_TRUE(place({zipf_loads(16, exponent, 1), 32, 16}).proven);
    EXPECT_TRUE(place({zipf_loads(16, exponent, 1), 24, 12}).proven);
  }
}

TEST(Place, is_never_worse_than_eplb_nor_better_than_its_bound) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const auto loads = zipf_loads(32, 0.2 + 0.06 * seed, seed);
    const int64_t nodes = seed % 3 == 0 ? 2 : 1;
    const PlacementProblem problem{loads, 48, 8, nodes, 8};
    const auto plan = place(problem);
    EXPECT_LE(plan.placement.peak, eplb(problem).peak);
    EXPECT_GE(plan.placement.peak, plan.bound * (1 - 1e-12));
  }
}

TEST(Place, groups_stay_on_their_node) {
  const auto loads = zipf_loads(16, 1.2, 3);
  const PlacementProblem problem{loads, 24, 4, 2, 4};
  EXPECT_TRUE(groups_are_whole(problem, place(problem).placement.expert_S));
}

TEST(Place, deals_groups_better_than_the_greedy_packing) {
  // Largest first gives 8+5+4 and 7+6+0; even is 8+7+0 and 6+5+4.
  const Loads loads = {8, 7, 6, 5, 4, 0};
  const auto plan = place({loads, 6, 2, 2, 6});
  EXPECT_DOUBLE_EQ(plan.placement.peak, 15);
  EXPECT_TRUE(plan.proven);
}

TEST(Place, is_the_same_every_time) {
  const auto loads = zipf_loads(64, 0.9, 5);
  EXPECT_EQ(
      place({loads, 80, 8}).placement.expert_S,
      place({loads, 80, 8}).placement.expert_S);
}

TEST(Place, proof_that_was_given_up_is_not_claimed) {
  const auto loads = zipf_loads(40, 1.3, 1);
  const auto plan = place({loads, 48, 8});
  EXPECT_EQ(plan.proven, plan.gap < 1e-8);
}

// --- Moves ---

class PlaceMoves : public testing::Test {
 protected:
  PlaceMoves()
      : now_(zipf_loads(32, 1.0, 1)),
        current_S_(eplb({zipf_loads(32, 1.0, 2), 40, 8}).expert_S) {}

  [[nodiscard]] PlacementProblem problem() const { return {now_, 40, 8}; }
  [[nodiscard]] double peak_now() const {
    return finish_placement(problem(), current_S_).peak;
  }

  Loads now_;
  std::vector<int32_t> current_S_;
};

TEST_F(PlaceMoves, more_of_them_never_hurt) {
  double before = peak_now();
  for (const int64_t most : {0, 1, 2, 4, 8, 16, 32, 40}) {
    const auto plan =
        place(problem(), {.current_S = current_S_, .max_moves = most});
    EXPECT_LE(plan.moves, most);
    EXPECT_LE(plan.placement.peak, before);
    before = plan.placement.peak;
  }
  EXPECT_LT(before, 0.8 * peak_now());
}

TEST_F(PlaceMoves, nothing_moves_when_the_gain_is_below_the_cost) {
  const auto plan =
      place(problem(), {.current_S = current_S_, .move_cost = peak_now()});
  EXPECT_EQ(plan.moves, 0);
  EXPECT_EQ(plan.placement.expert_S, current_S_);
}

TEST_F(PlaceMoves, a_plan_pays_for_its_moves) {
  const double cost = 0.01 * peak_now();
  const auto plan =
      place(problem(), {.current_S = current_S_, .move_cost = cost});
  EXPECT_GT(plan.moves, 0);
  EXPECT_LT(
      plan.placement.peak + cost * static_cast<double>(plan.moves), peak_now());
}

TEST_F(PlaceMoves, renaming_devices_is_not_a_move) {
  const auto best = place(problem()).placement.expert_S;
  std::vector<int32_t> turned(best.rbegin(), best.rend());
  const auto plan = place(problem(), {.current_S = turned});
  EXPECT_EQ(plan.moves, 0);
}

TEST_F(PlaceMoves, refuses_options_that_make_no_sense) {
  const std::vector<int32_t> wrong(40, 0);
  expect_data_failure(
      [&] { (void)place(problem(), {.current_S = wrong}); }, "has no slot");
  expect_data_failure(
      [&] { (void)place(problem(), {.max_moves = -1}); }, "max_moves=-1");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  expect_data_failure(
      [&] { (void)place(problem(), {.move_cost = nan}); }, "move_cost=nan");
}

}  // namespace
}  // namespace moestro
