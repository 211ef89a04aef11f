// SPDX-License-Identifier: Apache-2.0
// Each act on a tiny state, and back.
#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <gtest/gtest.h>

#include "moestro/train/conduct_acts.h"
#include "moestro/train/conduct_panel.h"
#include "tests/record/temporary.h"
#include "tests/train/step_fixture.h"

namespace moestro {
namespace {

using List = std::vector<std::string>;
const List kBare = {"moe.recipe=topk"};
const List kBiased = {
    "moe.recipe=deepseek-v3", "moe.controller.sign-bias.rate=0.02"};

std::vector<std::byte> bytes_of_model(TrainState& state) {
  return state.save()[0].bytes;
}

Checkpoint saved(TrainState& state) {
  Checkpoint checkpoint{.manifest = {.facts = state.facts("")}, .files = {}};
  for (const auto& file : state.save()) {
    checkpoint.files.emplace_back(
        file.name, parse_safetensors(file.bytes, file.name));
  }
  return checkpoint;
}

void do_steps(TinyRun& run, int count) {
  for (int i = 0; i < count; ++i) {
    (void)run.stepper.run();
  }
}

Act balance(int32_t layer) {
  return {
      .lever = Lever::kBiasRate,
      .layer = layer,
      .name = "sign-bias",
      .after = {0.01}};
}

Knobs& knobs(TrainState& state, size_t layer) {
  return state.layers.routings(layer)[0].knobs;
}

double largest(const std::vector<float>& bias) {
  double most = 0;
  for (const float b : bias) {
    most = std::max(most, std::abs(static_cast<double>(b)));
  }
  return most;
}

TEST(Conduct, every_knob_is_set_and_set_back) {
  TinyRun run({"moe.recipe=switch"});
  const auto panel = panel_of(run.state);
  const auto& r = panel.routings[1];
  const double weight = r.weight_of(0);
  auto loss = move_knob(r, Lever::kLossWeight, weight, 0.5);
  loss.name = r.losses.at(0);
  const std::vector<Act> acts = {
      loss,
      move_knob(r, Lever::kTemperature, 1, 2),
      move_knob(r, Lever::kNoise, 1, 0.1),
      move_knob(r, Lever::kCapacity, r.knobs.capacity, 3),
      {.lever = Lever::kRouterLr, .before = {1}, .after = {0.3}},
      {.lever = Lever::kRouterClip, .before = {0}, .after = {1}},
      {.lever = Lever::kLr, .before = {1}, .after = {0.5}}};
  carry_out(run.state, acts, "");
  const auto moved = panel_of(run.state);
  EXPECT_EQ(moved.routings[1].weight_of(0), 0.5);
  EXPECT_EQ(moved.routings[1].knobs.temperature, 2);
  EXPECT_EQ(moved.routings[1].knobs.noise, 0.1);
  EXPECT_EQ(moved.routings[1].knobs.capacity, 3);
  EXPECT_EQ(moved.routings[0].weight_of(0), weight);
  EXPECT_EQ(moved.run.router_lr_scale, 0.3);
  EXPECT_EQ(moved.run.router_clip, 1);
  EXPECT_EQ(moved.run.lr_scale, 0.5);
  take_back(run.state, acts);
  const auto back = panel_of(run.state);
  EXPECT_EQ(back.routings[1].weight_of(0), weight);
  EXPECT_EQ(back.routings[1].knobs.capacity, r.knobs.capacity);
  EXPECT_EQ(back.run.lr_scale, 1);
}

TEST(Conduct, balancing_is_switched_on_in_one_layer_and_owned_openly) {
  TinyRun run(kBare);
  carry_out(run.state, {balance(1)}, "");
  do_steps(run, 3);
  EXPECT_EQ(largest(knobs(run.state, 0).bias), 0);
  EXPECT_GT(largest(knobs(run.state, 1).bias), 0);
  const auto panel = panel_of(run.state);
  EXPECT_EQ(panel.routings[1].balancer, "sign-bias");
  EXPECT_EQ(panel.routings[1].bias_rate, 0.01);
  EXPECT_TRUE(panel.routings[1].owned.contains("bias"));
  EXPECT_FALSE(panel.routings[0].owned.contains("bias"));
  take_back(run.state, {balance(1)});
  EXPECT_EQ(largest(knobs(run.state, 1).bias), 0);
  EXPECT_EQ(panel_of(run.state).routings[1].balancer, "");
}

TEST(Conduct, a_controller_is_replaced_by_itself_at_another_rate) {
  TinyRun run(kBiased);
  auto slower = balance(1);
  slower.before = {0.02};
  slower.after = {0.002};
  carry_out(run.state, {slower}, "");
  do_steps(run, 1);
  EXPECT_GT(largest(knobs(run.state, 0).bias), 0.009);
  EXPECT_LT(largest(knobs(run.state, 1).bias), 0.005);
  take_back(run.state, {slower});
  EXPECT_EQ(panel_of(run.state).routings[1].bias_rate, 0.02);
}

TEST(Conduct, an_offset_of_the_bias_leaves_what_its_controller_does_meanwhile) {
  TinyRun run(kBiased), other(kBiased);
  Act nudge{
      .lever = Lever::kBias,
      .layer = 1,
      .before = {0, 0, 0, 0},
      .after = {0, 0, 0, 0.25}};
  carry_out(run.state, {nudge}, "");
  EXPECT_EQ(knobs(run.state, 1).bias.at(3), 0.25F);
  do_steps(run, 2);
  take_back(run.state, {nudge});
  EXPECT_LT(largest(knobs(run.state, 1).bias), 0.2);
}

TEST(Conduct, a_revived_expert_is_nearly_its_donor_and_without_moments) {
  TinyRun run(kBare);
  do_steps(run, 2);
  const auto before = bytes_of_model(run.state);
  const Act act{
      .lever = Lever::kRevive, .layer = 1, .expert = 3, .after = {0, 0.05}};
  carry_out(run.state, {act}, "");
  run.state.layers.layer(1).tensors([](const NamedTensor& t) {
    if (t.expert_dim) {
      const auto all = t.value.detach().transpose(0, *t.expert_dim).flatten(1);
      const auto apart = at::linalg_vector_norm(all[3] - all[0]);
      const auto part = (apart / at::linalg_vector_norm(all[0])).item<double>();
      EXPECT_GT(part, 0.02) << t.name;
      EXPECT_LT(part, 0.12) << t.name;
    }
  });
  run.state.optimizer.tensors([](const NamedTensor& t) {
    if (t.name.starts_with("exp_avg.block.01.layer.experts.")) {
      EXPECT_EQ(t.value[3].abs().sum().item<double>(), 0) << t.name;
      EXPECT_GT(t.value[0].abs().sum().item<double>(), 0) << t.name;
    }
  });
  take_back(run.state, {act});
  EXPECT_EQ(bytes_of_model(run.state), before);
  EXPECT_TRUE(run.state.conducted.kept.empty());
}

TEST(Conduct, a_dead_row_of_minus_infinity_is_revived_as_well) {
  TinyRun run(kBare);
  const at::NoGradGuard no_gradient;
  run.state.layers.layer(1).rows_ED().detach()[3].fill_(-INFINITY);
  const Act act{
      .lever = Lever::kRevive, .layer = 1, .expert = 3, .after = {0, 0.05}};
  carry_out(run.state, {act}, "");
  const auto rows_ED = run.state.layers.layer(1).rows_ED().detach();
  EXPECT_TRUE(at::isfinite(rows_ED).all().item<bool>());
}

TEST(Conduct, rows_get_one_length_and_keep_their_direction) {
  TinyRun run(kBare);
  const at::NoGradGuard no_gradient;
  run.state.layers.layer(1).rows_ED().detach()[2].mul_(50);
  const auto panel = panel_of(run.state);
  const double first = panel.routings[1].first_row_length;
  EXPECT_GT(panel.routings[1].row_length_E[2], 10 * first);
  carry_out(
      run.state,
      {{.lever = Lever::kRouterRows, .layer = 1, .after = {first}}},
      "");
  const auto after = panel_of(run.state);
  for (const double length : after.routings[1].row_length_E) {
    EXPECT_NEAR(length, first, 1e-6);
  }
}

TEST(Conduct, copies_part_and_come_back) {
  TinyRun run(kBare);
  const auto before = bytes_of_model(run.state);
  const Act act{.lever = Lever::kPerturb, .layer = 0, .after = {0.1}};
  carry_out(run.state, {act}, "");
  EXPECT_NE(bytes_of_model(run.state), before);
  take_back(run.state, {act});
  EXPECT_EQ(bytes_of_model(run.state), before);
}

TEST(Conduct, going_back_takes_the_weights_and_not_the_time) {
  TinyRun run(kBiased);
  const TemporaryFolder folder;
  do_steps(run, 2);
  const auto before = bytes_of_model(run.state);
  CheckpointShelf(folder.path(), 2)
      .publish(run.state.save(), run.state.facts(""));
  do_steps(run, 3);
  carry_out(run.state, {balance(1)}, "");
  run.state.conducted.memory = "{}";
  carry_out(
      run.state, {{.lever = Lever::kRewind, .after = {2}}}, folder.path());
  EXPECT_EQ(bytes_of_model(run.state), before);
  EXPECT_EQ(run.state.step, 5);
  EXPECT_EQ(run.state.cursor, 5 * 8);
  EXPECT_EQ(run.state.conducted.memory, "{}");
  // The controller that the conductor had put there was not yet there.
  EXPECT_TRUE(run.state.balancer.conducted().empty());
}

TEST(Conduct, a_checkpoint_that_cannot_be_read_changes_nothing) {
  TinyRun run(kBare);
  const auto before = bytes_of_model(run.state);
  const TemporaryFolder folder;
  EXPECT_THROW(
      carry_out(
          run.state, {{.lever = Lever::kRewind, .after = {2}}}, folder.path()),
      DataError);
  EXPECT_EQ(bytes_of_model(run.state), before);
}

TEST(Conduct, a_conducted_state_is_restored_bit_for_bit_and_goes_on_alike) {
  TinyRun a(kBiased), b(kBiased);
  do_steps(a, 2);
  const std::vector<Act> acts = {
      balance(1),
      {.lever = Lever::kLr, .before = {1}, .after = {0.3}},
      {.lever = Lever::kRevive, .layer = 1, .expert = 3, .after = {0, 0.05}}};
  carry_out(a.state, acts, "");
  a.state.conducted.memory = "{\"x\": \"y\"}";
  b.state.load(saved(a.state));
  EXPECT_EQ(b.state.conducted.memory, a.state.conducted.memory);
  do_steps(a, 2);
  do_steps(b, 2);
  take_back(a.state, acts);
  take_back(b.state, acts);
  const auto ours = a.state.save(), theirs = b.state.save();
  ASSERT_EQ(ours.size(), theirs.size());
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].bytes, theirs[i].bytes) << ours[i].name;
  }
}

TEST(Conduct, nobody_conducts_no_file_says_so) {
  TinyRun run(kBare);
  EXPECT_EQ(run.state.save().size(), 3U);
}

}  // namespace
}  // namespace moestro
