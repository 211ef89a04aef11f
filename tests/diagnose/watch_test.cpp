// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/watch.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Somebody's rule that does not survive step 300.
class Fragile final : public Alarm {
 public:
  explicit Fragile(const Site&) {}
  void step(const StepRecord& record, const WatchSite&, const Tell&) override {
    if (record.step == 300) {
      throw std::out_of_range("no such expert");
    }
  }
};
constinit const Variant<Alarm> kFragile = {
    .info = {.name = "fragile", .summary = "breaks", .paper = ""},
    .make = make_plain<Alarm, Fragile>};

TEST(Watch, balanced_loads_of_text_raise_nothing) {
  for (const double topics : {0.0, 0.9}) {
    for (const double phi : {1.0, 9.0, 31.0}) {
      Watched healthy(
          {.layers = 2, .phi = phi, .topics = topics, .wander = 0.05});
      healthy.run(2000);
      EXPECT_EQ(healthy.all(), "") << "phi " << phi << ", topics " << topics;
    }
  }
}

TEST(Watch, counts_alone_raise_nothing_either) {
  Watched healthy({.sequences = 0, .phi = 9});
  healthy.run(2000);
  EXPECT_EQ(healthy.all(), "");
}

TEST(Watch, tiny_batches_are_noisy_and_healthy) {
  Watched healthy({.experts = 64, .top_k = 1, .tokens = 256, .phi = 2});
  healthy.run(2000);
  EXPECT_EQ(healthy.all(), "");
}

TEST(Watch, an_expert_that_drifts_is_named) {
  for (const int64_t sequences : {0, 32}) {
    Watched drifting(
        {.layers = 2, .sequences = sequences, .phi = 9, .seed = 3});
    drifting.run(2000);
    drifting.layers[1].favour(17, 1.3);
    drifting.run(1000);
    const auto* alarm = drifting.first("A05");
    ASSERT_NE(alarm, nullptr);
    EXPECT_EQ(alarm->layer, 1);
    EXPECT_EQ(alarm->expert, 17);
    EXPECT_GT(alarm->step, 2000);
  }
}

TEST(Watch, an_alarm_closes_when_its_reason_is_gone) {
  Watched run({.phi = 2});
  run.run(1000);
  run.layers[0].favour(5, 4);
  run.run(500);
  ASSERT_NE(run.first("A05"), nullptr);
  EXPECT_FALSE(run.first("A05")->closed_step);
  run.layers[0].favour(5, 1);
  run.run(500);
  EXPECT_TRUE(run.first("A05")->closed_step);
}

TEST(Watch, a_rule_that_is_muted_says_nothing) {
  Watched run({.phi = 2});
  run.watch = std::make_unique<Watch>(
      run.registry, WatchOptions{.mute = "A05"}, run.facts);
  run.run(1000);
  run.layers[0].favour(5, 4);
  run.run(500);
  EXPECT_EQ(run.first("A05"), nullptr);
}

TEST(Watch, refuses_to_mute_a_rule_that_is_none) {
  const auto registry = core_registry();
  const RunFacts facts;
  EXPECT_THROW(Watch(registry, {.mute = "A99"}, facts), ConfigurationError);
}

TEST(Watch, a_rule_that_fails_says_so_once_and_the_others_go_on) {
  Watched run({.phi = 2});
  run.registry.add(kFragile);
  run.watch = std::make_unique<Watch>(run.registry, WatchOptions{}, run.facts);
  run.run(1000);
  const auto* failed = run.first("fragile");
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->step, 300);
  EXPECT_EQ(failed->level, Level::kInfo);
  EXPECT_NE(failed->message.find("no such expert"), std::string::npos);
  EXPECT_EQ(run.watch->alarms().size(), 1);
  run.layers[0].favour(5, 4);
  run.run(500);
  EXPECT_NE(run.first("A05"), nullptr);
  run.watch->rearm();
  run.run(1);
}

TEST(Watch, the_id_is_the_number_of_its_name) {
  EXPECT_EQ(alarm_id("a03-dead-expert"), "A03");
  EXPECT_EQ(alarm_id("too-hot"), "too-hot");
}

}  // namespace
}  // namespace moestro
