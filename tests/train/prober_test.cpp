// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/prober.h"

#include <map>

#include <gtest/gtest.h>

#include "moestro/tensor/host.h"
#include "tests/train/step_fixture.h"

namespace moestro {
namespace {

std::map<std::string, double> extras_of(
    const StepRecord& record, int32_t layer = 1) {
  for (const auto& one : record.layers) {
    if (one.layer == layer) {
      return {one.extras.begin(), one.extras.end()};
    }
  }
  return {};
}

std::vector<double> weights_of(TrainState& state) {
  std::vector<double> all;
  state.model.tensors([&all](const NamedTensor& t) {
    const auto values = to_doubles(t.value.detach());
    all.insert(all.end(), values.begin(), values.end());
  });
  return all;
}

struct Probed : TinyRun {
  explicit Probed(const std::vector<std::string>& overrides = {})
      : TinyRun(overrides), prober(config, state, data) {}
  StepRecord step(Depth depth) {
    stepper.probe_gradients();
    auto outcome = stepper.run();
    prober.add_to(outcome.record, depth);
    return std::move(outcome.record);
  }
  Prober prober;
};

TEST(Prober, measures_what_the_router_decides) {
  Probed run;
  (void)run.step(Depth::kChoices);
  const auto found = extras_of(run.step(Depth::kChoices));
  for (const auto* name :
       {"margin",
        "margin-low",
        "precision-at-risk",
        "routing-confidence",
        "flip-rate",
        "first-choice-flips",
        "last-fluctuation",
        "router-saturation",
        "sequential-repeat",
        "activation-kurtosis",
        "router-conditioning",
        "router-rank",
        "router-lm-gradient",
        "lm-gradient-share"}) {
    EXPECT_TRUE(found.contains(name)) << name;
  }
  EXPECT_FALSE(found.contains("output-similarity"));
  EXPECT_EQ(found.at("router-saturation"), 1 - found.at("flip-rate"));
}

TEST(Prober, measures_a_bias_where_somebody_moves_it) {
  Probed run({"moe.recipe=deepseek-v3"});
  (void)run.step(Depth::kChoices);
  const auto found = extras_of(run.step(Depth::kChoices));
  for (const auto* name :
       {"bias-span", "bias-drift", "bias-saturation", "bias-overlap"}) {
    EXPECT_TRUE(found.contains(name)) << name;
  }
  Probed without({"moe.recipe=topk"});
  EXPECT_FALSE(extras_of(without.step(Depth::kChoices)).contains("bias-span"));
}

TEST(Prober, looks_at_the_experts_when_asked) {
  Probed run({"train.eval_every=1"});
  for (int step = 1; step < 4; ++step) {
    (void)run.step(Depth::kChoices);
  }
  const auto record = run.step(Depth::kExperts);
  const auto found = extras_of(record);
  for (const auto* name :
       {"output-similarity",
        "output-variance",
        "expert-cka",
        "output-share",
        "router-alignment",
        "representation-collapse",
        "ablation",
        "ablation/3"}) {
    EXPECT_TRUE(found.contains(name)) << name;
  }
  // The other layer's turn was three evaluations before.
  EXPECT_FALSE(extras_of(record, 0).contains("ablation"));
}

TEST(Prober, changes_nothing_of_the_training) {
  Probed probed({"moe.recipe=deepseek-v3", "train.eval_every=1"});
  TinyRun plain({"moe.recipe=deepseek-v3", "train.eval_every=1"});
  for (int i = 0; i < 3; ++i) {
    const auto record = probed.step(Depth::kExperts);
    const auto without = plain.stepper.run().record;
    EXPECT_EQ(record.layers[0].counts.demand, without.layers[0].counts.demand);
    EXPECT_EQ(record.layers[0].counts.tokens, without.layers[0].counts.tokens);
  }
  EXPECT_EQ(weights_of(probed.state), weights_of(plain.state));
}

TEST(Prober, remembers_what_it_saw_across_a_restart) {
  Probed run;
  (void)run.step(Depth::kChoices);
  std::map<std::string, std::vector<double>> saved;
  run.state.probes.numbers(
      [&saved](const std::string& name, std::vector<double>& value) {
        saved[name] = value;
      });
  Probed other;
  (void)other.step(Depth::kChoices);
  other.state.probes = ProbeMemory{};
  other.state.probes.routings = {{{0, ""}, {}}, {{1, ""}, {}}};
  other.state.probes.numbers(
      [&saved](const std::string& name, std::vector<double>& value) {
        value = saved.at(name);
      });
  EXPECT_EQ(
      extras_of(run.step(Depth::kChoices)),
      extras_of(other.step(Depth::kChoices)));
}

TEST(Prober, finds_a_router_that_the_task_does_not_reach) {
  Probed run({"moe.recipe=topk", "moe.top_k=1", "moe.allow_dead_router=true"});
  EXPECT_LT(
      extras_of(run.step(Depth::kChoices)).at("router-lm-gradient"), 1e-6);
}

TEST(ProbeMemory, packs_tables_without_loss) {
  const auto bits_TE = at::arange(3 * 40).remainder(7).lt(3).view({3, 40});
  EXPECT_TRUE(unpacked(packed(bits_TE), 3, 40).equal(bits_TE));
  EXPECT_FALSE(unpacked({1, 2}, 3, 40).defined());
}

TEST(Step, keeps_demand_by_domain_and_what_repeats) {
  TinyRun run({});
  const auto record = run.stepper.run().record;
  const auto& layer = record.layers.at(1);
  ASSERT_EQ(layer.domain_demand.size(), 2 * 4);
  for (size_t e = 0; e < 4; ++e) {
    EXPECT_EQ(
        layer.domain_demand[e] + layer.domain_demand[4 + e],
        layer.counts.demand[e]);
  }
  EXPECT_GT(scalar_of(record, "data/distinct"), 0);
  EXPECT_GE(
      scalar_of(record, "data/repeated_most"),
      scalar_of(record, "data/repeated"));
}

}  // namespace
}  // namespace moestro
