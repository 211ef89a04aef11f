// SPDX-License-Identifier: Apache-2.0
// A straight line between two steps.
#include "tests/control/control_fixture.h"

namespace moestro::test {
namespace {

const std::string_view kLosses[] = {"switch", "z"};
const Controller::Site kSite = {.num_steps = 100, .losses = kLosses};

double weight_after(Controller& controller, int64_t step) {
  LayerState layer({1, 1});
  layer.knobs.loss_weight = {9, 9};
  step_once(controller, layer, step);
  EXPECT_EQ(layer.knobs.loss_weight[0], 9);
  return layer.knobs.loss_weight[1];
}

TEST(loss_schedule, sets_what_the_next_step_uses) {
  const auto controller = make_controller(
      "loss-schedule",
      kSite,
      {{"loss", std::string_view("z")},
       {"from", 1.0},
       {"to", 3.0},
       {"begin", int64_t{10}},
       {"end", int64_t{20}}});
  EXPECT_EQ(weight_after(*controller, 0), 1);
  EXPECT_EQ(weight_after(*controller, 9), 1);
  EXPECT_EQ(weight_after(*controller, 14), 2);
  EXPECT_EQ(weight_after(*controller, 19), 3);
  EXPECT_EQ(weight_after(*controller, 99), 3);
}

TEST(loss_schedule, ends_with_the_run_unless_told) {
  const auto controller = make_controller(
      "loss-schedule",
      kSite,
      {{"loss", std::string_view("z")}, {"from", 0.0}, {"to", 1.0}});
  EXPECT_EQ(weight_after(*controller, 49), 0.5);
  EXPECT_EQ(weight_after(*controller, 99), 1);
}

TEST(loss_schedule, claims_its_loss) {
  const auto controller = make_controller(
      "loss-schedule", kSite, {{"loss", std::string_view("z")}});
  EXPECT_EQ(controller->claims(), std::vector<std::string>{"loss_weight.z"});
}

TEST(loss_schedule, refuses_an_unknown_loss_and_a_reversed_line) {
  EXPECT_THROW(
      make_controller(
          "loss-schedule", kSite, {{"loss", std::string_view("zz")}}),
      Error);
  EXPECT_THROW(
      make_controller(
          "loss-schedule", kSite, {{"begin", int64_t{5}}, {"end", int64_t{4}}}),
      Error);
}

}  // namespace
}  // namespace moestro::test
