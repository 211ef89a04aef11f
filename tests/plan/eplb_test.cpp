// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/eplb.h"

#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/plan/placements.h"

namespace moestro {
namespace {

using Loads = std::vector<double>;
using Slots = std::vector<int32_t>;

// The example of the published program, layer by layer.
const Loads kFirst = {90, 132, 40, 61, 104, 165, 39, 4, 73, 56, 183, 86};
const Loads kSecond = {20, 107, 104, 64, 19, 197, 187, 157, 172, 86, 16, 27};

TEST(Eplb, first_layer_of_the_published_example) {
  const auto plan = eplb({kFirst, 16, 8, 2, 4});
  EXPECT_EQ(
      plan.expert_S,
      (Slots{5, 6, 5, 7, 8, 4, 3, 4, 10, 9, 10, 2, 0, 1, 11, 1}));
  EXPECT_NEAR(plan.peak / plan.mean, 1.208, 5e-4);
}

TEST(Eplb, second_layer_of_the_published_example) {
  const auto plan = eplb({kSecond, 16, 8, 2, 4});
  EXPECT_EQ(
      plan.expert_S, (Slots{7, 10, 6, 8, 6, 11, 8, 9, 2, 4, 5, 1, 5, 0, 3, 1}));
  EXPECT_NEAR(plan.peak / plan.mean, 1.242, 5e-4);
}

TEST(Eplb, groups_that_cannot_be_dealt_out_fall_back_to_one_node) {
  const auto uneven = eplb({kFirst, 16, 8, 2, 3});
  EXPECT_EQ(uneven.expert_S, eplb({kFirst, 16, 8, 1, 1}).expert_S);
}

TEST(Eplb, a_group_stays_on_one_node) {
  const PlacementProblem problem{kSecond, 24, 8, 2, 4};
  EXPECT_TRUE(groups_are_whole(problem, eplb(problem).expert_S));
  EXPECT_FALSE(groups_are_whole(problem, eplb({kSecond, 24, 8}).expert_S));
}

TEST(Eplb, peak_of_the_flashlb_example) {
  const Loads loads = {600, 560, 120, 120, 20, 10, 10, 10};
  EXPECT_NEAR(eplb({loads, 16, 8}).peak, 232, 0.5);
}

TEST(Eplb, load_is_conserved) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    const auto loads = zipf_loads(24, 1.1, seed);
    const auto plan = eplb({loads, 32, 8});
    const double sum = std::accumulate(loads.begin(), loads.end(), 0.0);
    EXPECT_NEAR(
        std::accumulate(
            plan.device_load_G.begin(), plan.device_load_G.end(), 0.0),
        sum,
        1e-9 * sum);
    EXPECT_EQ(
        std::accumulate(
            plan.replicas_E.begin(), plan.replicas_E.end(), int64_t{0}),
        32);
  }
}

TEST(Eplb, huge_and_tiny_loads_are_placed_like_small_ones) {
  Loads huge = kFirst;
  for (auto& load : huge) {
    load *= 0x1p1000;
  }
  EXPECT_EQ(
      eplb({huge, 16, 8, 2, 4}).expert_S, eplb({kFirst, 16, 8, 2, 4}).expert_S);
}

TEST(Eplb, no_load_at_all_is_a_plan_too) {
  const auto plan = eplb({Loads(4, 0.0), 8, 4});
  EXPECT_EQ(plan.peak, 0);
}

TEST(Eplb, refuses_what_cannot_be_placed) {
  const double kNan = std::numeric_limits<double>::quiet_NaN();
  const Loads two = {1, 2};
  expect_data_failure([&] { (void)eplb({two, 1, 1}); }, "needs a slot");
  expect_data_failure([&] { (void)eplb({two, 4, 3}); }, "devices must divide");
  expect_data_failure([&] { (void)eplb({two, 4, 4, 3}); }, "nodes must divide");
  expect_data_failure(
      [&] { (void)eplb({two, 4, 4, 1, 3}); }, "groups must divide");
  expect_data_failure([&] { (void)eplb({two, 4, 0}); }, "devices=0");
  expect_data_failure([&] { (void)eplb({{}, 4, 2}); }, "no experts");
  expect_data_failure([&] { (void)eplb({two, kMostSlots + 1, 1}); }, "at most");
  const Loads negative = {1, -2}, unknown = {kNan, 1}, huge = {1e308, 1e308};
  expect_data_failure([&] { (void)eplb({negative, 2}); }, "expert 1 has -2");
  expect_data_failure([&] { (void)eplb({unknown, 2}); }, "expert 0 has");
  expect_data_failure([&] { (void)eplb({huge, 2}); }, "overflows");
}

}  // namespace
}  // namespace moestro
