// SPDX-License-Identifier: Apache-2.0
#include <ATen/core/grad_mode.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "moestro/lab/injector.h"
#include "tests/train/step_fixture.h"

namespace moestro {
namespace {

// A tiny run and what a scenario's text makes of it.
struct Faulty {
  explicit Faulty(
      const std::string& text, const std::vector<std::string>& more = {})
      : scenario(parse_scenario(text, "s.toml")),
        injector(scenario, 1),
        run(more) {}

  void before_step() {
    injector.before_step(
        run.state, [this](std::string_view kind, std::string_view words) {
          notes.push_back(std::string(kind) + ": " + std::string(words));
        });
  }
  Tensor& tensor(const std::string& name) {
    Tensor* found = nullptr;
    const auto look = [&](const NamedTensor& t) {
      found = t.name == name ? &t.value : found;
    };
    run.state.model.tensors(look);
    run.state.optimizer.tensors(look);
    return *found;
  }
  Knobs& knobs(size_t layer) {
    return run.state.layers.routings(layer)[0].knobs;
  }

  Scenario scenario;
  Injector injector;
  TinyRun run;
  std::vector<std::string> notes;
};

const std::string kGate = "block.00.layer.router.gate.weight";
const std::string kUp = "block.00.layer.experts.up";
const std::string kDown = "block.00.layer.experts.down";

std::string edit(const std::string& lines) {
  return "[edit.e]\nat = 0\n" + lines;
}

TEST(TensorFaults, change_the_experts_that_are_named_and_no_others) {
  Faulty f(edit(
      "tensors = \"*gate.weight\"\nexperts = \"1,3\"\ndo = \"scale\"\nvalue = "
      "10\n"));
  const auto before = f.tensor(kGate).detach().clone();
  f.before_step();
  const auto after = f.tensor(kGate).detach();
  EXPECT_TRUE(at::equal(after[0], before[0]));
  EXPECT_TRUE(at::allclose(after[1], 10 * before[1]));
  EXPECT_TRUE(at::equal(after[2], before[2]));
  EXPECT_TRUE(at::allclose(after[3], 10 * before[3]));
}

TEST(TensorFaults, copy_makes_experts_alike) {
  Faulty f(edit(
      "tensors = \"*experts.*\"\nexperts = \"1-3\"\ndo = \"copy\"\nsource = "
      "0\n"));
  f.before_step();
  for (const auto e : {1, 2, 3}) {
    EXPECT_TRUE(at::equal(f.tensor(kUp)[e], f.tensor(kUp)[0]));
    EXPECT_TRUE(at::equal(f.tensor(kDown)[e], f.tensor(kDown)[0]));
  }
}

TEST(TensorFaults, permuted_hidden_units_compute_the_same) {
  Faulty f(
      edit("tensors = \"block.00.layer.experts.*\"\nexperts = \"2\"\ndo = "
           "\"permute\"\n"));
  const auto run_expert = [&f] {
    const at::NoGradGuard no_gradient;
    const auto x_D =
        (at::arange(16, at::kFloat) / 16).to(f.tensor(kUp).device());
    const auto up = f.tensor(kUp)[2].matmul(x_D);
    const auto F = f.tensor(kDown).size(2);
    const auto hidden = up.narrow(0, 0, F).sigmoid() *
                        (up.size(0) > F ? up.narrow(0, F, F) : up);
    return f.tensor(kDown)[2].matmul(hidden);
  };
  const auto before = run_expert();
  const auto weights = f.tensor(kUp)[2].detach().clone();
  f.before_step();
  EXPECT_FALSE(at::equal(f.tensor(kUp)[2], weights));
  EXPECT_TRUE(at::allclose(run_expert(), before, 1e-5, 1e-6));
}

TEST(TensorFaults, what_is_frozen_stays_and_learns_again_when_it_is_over) {
  Faulty f(
      "[edit.e]\nfrom = 1\nuntil = 3\ntensors = \"*gate.weight\"\ndo = "
      "\"freeze\"\n");
  const auto start = f.tensor(kGate).detach().clone();
  for (int step = 1; step <= 4; ++step) {
    f.before_step();
    EXPECT_EQ(at::equal(f.tensor(kGate), start), step < 3) << step;
    (void)f.run.stepper.run();
  }
}

TEST(TensorFaults, what_is_detached_gets_no_gradient) {
  Faulty f(
      "[edit.e]\nfrom = 1\nuntil = 2\ntensors = \"*gate.weight\"\ndo = "
      "\"detach\"\n");
  f.before_step();
  EXPECT_FALSE(f.tensor(kGate).requires_grad());
  f.run.stepper.probe_gradients();
  const auto record = f.run.stepper.run().record;
  EXPECT_EQ(scalar_of(record, "grad_norm/router"), 0);
  f.before_step();
  EXPECT_TRUE(f.tensor(kGate).requires_grad());
}

TEST(TensorFaults, moments_of_the_optimizer_have_names_too) {
  Faulty f("[edit.e]\nat = 3\ntensors = \"exp_avg*\"\ndo = \"zero\"\n");
  for (int step = 1; step <= 2; ++step) {
    f.before_step();
    (void)f.run.stepper.run();
  }
  const auto name = "exp_avg." + kGate;
  EXPECT_GT(f.tensor(name).abs().max().item<double>(), 0);
  f.before_step();
  EXPECT_EQ(f.tensor(name).abs().max().item<double>(), 0);
}

TEST(TensorFaults, a_name_that_nobody_has_is_refused) {
  Faulty nobody(edit("tensors = \"*router.wait\"\n"));
  EXPECT_THROW(nobody.before_step(), ConfigurationError);
  Faulty axis(edit("tensors = \"embedding\"\nexperts = \"1\"\n"));
  EXPECT_THROW(axis.before_step(), ConfigurationError);
  Faulty many(edit("tensors = \"*gate.weight\"\nexperts = \"9\"\n"));
  EXPECT_THROW(many.before_step(), ConfigurationError);
}

TEST(Knobs, of_the_layers_and_experts_that_are_named_are_moved) {
  Faulty f(
      "[knob.a]\nat = 0\nknob = \"bias\"\nlayers = \"1\"\nexperts = "
      "\"2\"\nvalue = -30\n"
      "[knob.b]\nat = 0\nknob = \"loss_weight.switch\"\ndo = \"scale\"\nvalue "
      "= 0.1\n"
      "[knob.c]\nat = 0\nknob = \"router_lr_scale\"\nvalue = 5\n",
      {"moe.recipe=topk",
       "moe.losses=[\"switch\"]",
       "moe.loss.switch.weight=0.5"});
  f.before_step();
  const auto& bias = f.knobs(1).bias;
  ASSERT_EQ(bias.size(), 4);
  EXPECT_EQ(bias[2], -30);
  EXPECT_EQ(bias[0], 0);
  EXPECT_TRUE(f.knobs(0).bias.empty() || f.knobs(0).bias[2] == 0);
  EXPECT_DOUBLE_EQ(f.knobs(0).loss_weight[0], 0.05);
  EXPECT_EQ(f.run.state.run_knobs.router_lr_scale, 5);
}

TEST(Knobs, one_that_nobody_has_is_refused) {
  Faulty f("[knob.a]\nat = 0\nknob = \"loss_weight.z\"\nvalue = 1\n");
  EXPECT_THROW(f.before_step(), ConfigurationError);
}

std::vector<Window> batch_of(Faulty& f, int64_t step) {
  std::vector<Window> windows;
  for (uint64_t i = 0; i < 8; ++i) {
    windows.push_back(f.run.data.train(1, i));
  }
  f.injector.batch(step, f.run.data, windows);
  return windows;
}

TEST(DataFaults, a_mixture_takes_all_of_one_kind) {
  Faulty f("[data.d]\nfrom = 1\ndo = \"mixture\"\ndomain = \"b\"\n");
  for (const auto& window : batch_of(f, 1)) {
    EXPECT_EQ(window.domain, 1);
  }
}

TEST(DataFaults, blocks_give_one_kind_after_the_other) {
  Faulty f("[data.d]\nfrom = 1\ndo = \"blocks\"\nlength = 10\n");
  EXPECT_EQ(batch_of(f, 5)[3].domain, 0);
  EXPECT_EQ(batch_of(f, 15)[3].domain, 1);
}

TEST(DataFaults, repeated_bytes_have_the_period_that_was_asked_for) {
  Faulty f("[data.d]\nfrom = 1\ndo = \"repeat\"\nlength = 3\n");
  for (const auto& window : batch_of(f, 1)) {
    for (size_t i = 3; i < window.bytes.size(); ++i) {
      EXPECT_EQ(window.bytes[i], window.bytes[i - 3]);
    }
  }
}

TEST(DataFaults, padding_takes_its_share_of_every_window) {
  Faulty f("[data.d]\nfrom = 1\ndo = \"pad\"\nshare = 0.5\n");
  for (const auto& window : batch_of(f, 1)) {
    EXPECT_EQ(std::ranges::count(window.bytes, uint8_t{0}), 8);  // of 17
  }
}

TEST(DataFaults, neighbours_of_a_cluster_are_one_window) {
  Faulty f("[data.d]\nfrom = 1\ndo = \"cluster\"\nlength = 4\n");
  const auto windows = batch_of(f, 1);
  EXPECT_EQ(windows[3].bytes.data(), windows[0].bytes.data());
  EXPECT_NE(windows[4].bytes.data(), windows[0].bytes.data());
}

TEST(DataFaults, an_unknown_kind_of_text_is_refused) {
  Faulty f("[data.d]\nfrom = 1\ndo = \"mixture\"\ndomain = \"c\"\n");
  EXPECT_THROW((void)batch_of(f, 1), ConfigurationError);
}

TEST(InstrumentFaults, lie_about_layers_only_while_they_hold) {
  Faulty f(
      "[instrument.i]\nfrom = 2\ndo = \"stale\"\nlayers = \"0\"\n"
      "[instrument.j]\nfrom = 3\ndo = \"shift\"\nvalue = 1\n");
  const auto record_of = [](int64_t step, int64_t count) {
    StepRecord record{.step = step};
    for (int32_t l = 0; l < 2; ++l) {
      LayerRecord layer{.layer = l};
      layer.counts.demand = {count, count};
      record.layers.push_back(layer);
    }
    return record;
  };
  auto first = record_of(1, 5), second = record_of(2, 6),
       third = record_of(3, 7);
  f.injector.record(first);
  f.injector.record(second);
  f.injector.record(third);
  EXPECT_EQ(first.layers[0].counts.demand[0], 5);
  EXPECT_EQ(second.layers[0].counts.demand[0], 5);
  EXPECT_EQ(second.layers[1].counts.demand[0], 6);
  EXPECT_EQ(third.layers[0].layer, 1);
  EXPECT_EQ(third.layers[1].layer, 2);
}

TEST(Declarations, reach_the_journal_at_their_step) {
  Faulty f("[declare.d]\nat = 2\ntext = \"second stage\"\n");
  f.before_step();
  EXPECT_TRUE(f.notes.empty());
  (void)f.run.stepper.run();
  f.before_step();
  ASSERT_EQ(f.notes.size(), 1);
  EXPECT_EQ(f.notes[0], "declared: second stage");
}

}  // namespace
}  // namespace moestro
