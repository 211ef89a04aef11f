// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d09-room";

TEST(Room, the_capacity_grows_to_a_quarter_more_than_even_loads_need) {
  Made made;
  made.load(1, {1, 1, 1, 1});
  made.layer(1).knobs.capacity = 0.5;
  EXPECT_EQ(made.acts(kName), "capacity of layer 1: 0.5 -> 1.25");
  EXPECT_NE(made.sign(kName), "");
}

TEST(Room, the_fullest_expert_finds_room_within_four_times) {
  Made made;
  made.layer(1).knobs.capacity = 0.5;
  made.record.layers[{1, ""}].recent_loads = {{1.6, 0.8, 0.8, 0.8}};
  EXPECT_EQ(made.acts(kName), "capacity of layer 1: 0.5 -> 1.76");
  made.record.layers[{1, ""}].recent_loads = {{3.4, 0.2, 0.2, 0.2}};
  EXPECT_EQ(made.acts(kName), "capacity of layer 1: 0.5 -> 2");
}

TEST(Room, the_dose_has_an_end_and_nobody_is_dropped_without_a_capacity) {
  Made made;
  EXPECT_EQ(made.acts(kName), "nothing");
  made.layer(1).knobs.capacity = 4;
  EXPECT_EQ(made.acts(kName), "nothing");
}

}  // namespace
}  // namespace moestro
