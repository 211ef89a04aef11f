// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/step.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "moestro/layers/recipe.h"
#include "moestro/train/evaluate.h"
#include "moestro/train/measure.h"
#include "tests/record/temporary.h"
#include "tests/train/step_fixture.h"

namespace moestro {
namespace {

using List = std::vector<std::string>;

// Case R8: four micro-batches give the balance gradient of the whole batch.
TEST(Step, exact_global_counts_do_not_depend_on_accumulation) {
  const List base = {
      "moe.recipe=topk",
      "moe.losses=[\"global\"]",
      "moe.loss.global.weight=100.0",
      "moe.loss.global.counts=exact"};
  auto cut = base;
  cut.emplace_back("train.micro_batch=2");
  TinyRun whole(base), parts(cut);
  const auto a = whole.stepper.run().record;
  const auto b = parts.stepper.run().record;
  for (const auto* name : {"loss/lm", "loss/balance", "grad_norm/router"}) {
    EXPECT_NEAR(
        scalar_of(a, name), scalar_of(b, name), 1e-5 * scalar_of(a, name))
        << name;
  }
}

TEST(Step, buffered_global_counts_depend_on_accumulation_and_say_so) {
  const List base = {
      "moe.recipe=topk",
      "moe.losses=[\"global\"]",
      "moe.loss.global.weight=100.0",
      "moe.loss.global.counts=buffer"};
  auto cut = base;
  cut.emplace_back("train.micro_batch=1");
  TinyRun whole(base), parts(cut);
  EXPECT_NE(
      scalar_of(whole.stepper.run().record, "grad_norm/router"),
      scalar_of(parts.stepper.run().record, "grad_norm/router"));
}

// Case R20: one update per optimizer step, from training tokens only.
TEST(Step, the_bias_moves_once_a_step_however_it_is_cut) {
  TinyRun run(
      {"moe.recipe=deepseek-v3",
       "moe.controller.sign-bias.rate=0.01",
       "train.micro_batch=2"});
  (void)run.stepper.run();
  for (const float b : run.state.layers.routings(0)[0].knobs.bias) {
    EXPECT_LE(std::abs(b), 0.02F);
  }
  EXPECT_GT(std::abs(run.state.layers.routings(0)[0].knobs.bias[0]), 0);
}

TEST(Step, evaluation_moves_nothing) {
  TinyRun run({"moe.recipe=deepseek-v3"});
  (void)run.stepper.run();
  const auto before = run.state.save();
  const auto windows = run.data.valid(4);
  (void)evaluate(run.config, run.state, windows, run.data.domain_names());
  const auto after = run.state.save();
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].bytes, after[i].bytes) << before[i].name;
  }
}

TEST(Step, demand_is_tokens_times_k_in_every_layer) {
  TinyRun run({"moe.recipe=topk", "train.micro_batch=4"});
  const auto record = run.stepper.run().record;
  ASSERT_EQ(record.layers.size(), 2U);
  for (const auto& layer : record.layers) {
    EXPECT_EQ(layer.counts.tokens, 8 * 16);
    int64_t demand = 0;
    for (const auto count : layer.counts.demand) {
      demand += count;
    }
    EXPECT_EQ(demand, 8 * 16 * 2);
    EXPECT_EQ(layer.sequences.sequences, 8);
    EXPECT_EQ(layer.grad_norm.size(), 4U);
  }
}

TEST(Step, two_runs_of_a_seed_end_in_the_same_bytes) {
  const std::vector<std::string> keys = {
      "moe.recipe=st-moe", "moe.allow_future_leak=true"};
  TinyRun a(keys), b(keys);
  for (int i = 0; i < 3; ++i) {
    (void)a.stepper.run();
    (void)b.stepper.run();
  }
  EXPECT_EQ(a.state.save()[0].bytes, b.state.save()[0].bytes);
}

// Cases R23, R41: bit-exact state, or a refusal.
TEST(Step, saved_state_is_restored_bit_for_bit_and_goes_on_alike) {
  const List recipe = {
      "moe.recipe=deepseek-v3", "moe.loss.sequence.weight=0.1"};
  TinyRun a(recipe), b(recipe);
  (void)a.stepper.run();
  Checkpoint checkpoint{.manifest = {.facts = a.state.facts("")}, .files = {}};
  for (const auto& file : a.state.save()) {
    checkpoint.files.emplace_back(
        file.name, parse_safetensors(file.bytes, file.name));
  }
  b.state.load(checkpoint);
  (void)a.stepper.run();
  (void)b.stepper.run();
  const auto ours = a.state.save(), theirs = b.state.save();
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].bytes, theirs[i].bytes) << ours[i].name;
  }
}

TEST(Step, a_checkpoint_of_another_configuration_is_refused) {
  TinyRun a({"moe.recipe=topk"}), b({"moe.recipe=topk", "moe.experts=8"});
  Checkpoint checkpoint{.manifest = {.facts = a.state.facts("")}, .files = {}};
  for (const auto& file : a.state.save()) {
    checkpoint.files.emplace_back(
        file.name, parse_safetensors(file.bytes, file.name));
  }
  EXPECT_THROW(b.state.load(checkpoint), Error);
}

TEST(Step, a_step_with_a_bad_weight_changes_nothing_and_names_the_expert) {
  TinyRun run({"moe.recipe=topk"});
  run.state.model.tensors([](const NamedTensor& t) {
    if (t.name == "block.01.layer.experts.up") {
      const at::NoGradGuard no_grad;
      t.value[2].fill_(std::numeric_limits<float>::quiet_NaN());
    }
  });
  const auto before = run.state.save();
  const auto outcome = run.stepper.run();
  EXPECT_NE(outcome.refused.find("layer 1, expert 2"), std::string::npos)
      << outcome.refused;
  EXPECT_TRUE(outcome.record.skipped);
  EXPECT_EQ(run.state.step, 1);
  EXPECT_EQ(run.state.cursor, 8);
  EXPECT_EQ(before[1].bytes, run.state.save()[1].bytes);
}

// The codebook learns from what it attracted, once a step, and a resumed run
// goes on from what it had learned.
TEST(Step, parts_with_state_learn_from_every_micro_batch_and_survive_a_resume) {
  const std::vector<std::string> keys = {
      "moe.recipe=topk", "moe.gate=codebook", "moe.weigh=selected-softmax"};
  auto cut = keys;
  cut.emplace_back("train.micro_batch=2");
  const auto codes = [](TinyRun& run) {
    Tensor found;
    run.state.layers.tensors([&found](const NamedTensor& t) {
      found = t.name == "00.router.gate.codes" ? t.value.clone() : found;
    });
    return found;
  };
  TinyRun whole(keys), parts(cut);
  const auto start = codes(whole);
  (void)whole.stepper.run();
  (void)parts.stepper.run();
  EXPECT_GT((codes(whole) - start).abs().max().item<double>(), 1e-4);
  EXPECT_LT((codes(whole) - codes(parts)).abs().max().item<double>(), 1e-5);

  TinyRun again(keys);
  const TemporaryFolder folder;
  CheckpointShelf(folder.path(), 1)
      .publish(whole.state.save(), whole.state.facts(""));
  again.state.load(read_checkpoint(list_checkpoints(folder.path()).front()));
  (void)whole.stepper.run();
  (void)again.stepper.run();
  EXPECT_TRUE(at::equal(codes(whole), codes(again)));
}

TEST(Step, a_hash_gate_reads_the_bytes) {
  TinyRun run({"moe.recipe=topk", "moe.gate=hash"});
  const WeightMeasure measure(run.state);
  auto outcome = run.stepper.run();
  EXPECT_EQ(outcome.refused, "");
  measure.add_to(outcome.record, run.state);
  EXPECT_FALSE(outcome.record.layers[0].extras.empty());
}

TEST(Step, quantile_balancing_takes_steps) {
  for (const auto* rule : {"quantile", "quantile-histogram"}) {
    TinyRun run(
        {"moe.recipe=topk-sigmoid",
         std::string("moe.controllers=[\"") + rule + "\"]"});
    (void)run.stepper.run();
    const auto& bias = run.state.layers.routings(0)[0].knobs.bias;
    EXPECT_GT(std::abs(bias[0]) + std::abs(bias[1]), 0) << rule;
  }
}

TEST(Step, every_recipe_takes_a_step) {
  for (const auto& recipe : recipes()) {
    TinyRun run({"moe.recipe=" + recipe.name, "moe.allow_future_leak=true"});
    const auto outcome = run.stepper.run();
    EXPECT_EQ(outcome.refused, "") << recipe.name;
    EXPECT_TRUE(std::isfinite(scalar_of(outcome.record, "loss/total")));
  }
}

}  // namespace
}  // namespace moestro
