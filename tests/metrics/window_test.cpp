// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/window.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/record/temporary.h"

namespace moestro {
namespace {

Measured measured(
    std::string_view name, const std::vector<LayerRecord>& records) {
  Registry registry;
  registry.add_all<Metric>();
  NullTable null;
  for (const auto& made : make_metrics(registry)) {
    if (made.info->name == name) {
      return measure(made, records, {1, null});
    }
  }
  return {};
}

TEST(Window, averages_the_values_of_the_steps) {
  const std::vector<LayerRecord> steps{
      {.counts = {.demand = {4, 0}}}, {.counts = {.demand = {2, 2}}}};
  EXPECT_DOUBLE_EQ(measured("max-vio", steps).value, 0.5);
  EXPECT_DOUBLE_EQ(measured("min-load", steps).value, 0.5);
  EXPECT_EQ(mean_loads(steps), (std::vector<double>{1.5, 0.5}));
}

TEST(Window, leaves_out_steps_that_lack_a_number) {
  const LayerRecord spread{
      .counts = {.tokens = 20, .demand = {10, 10}},
      .sequences = {.sequences = 2, .square = {5.8, 5.8}}};
  EXPECT_NEAR(
      measured("dispersion", {spread, {.counts = {.demand = {2, 2}}}}).value,
      3.04,
      1e-12);
}

// Summaries of other programs, and what a probe worked out.
TEST(Window, lets_a_step_say_a_metric_itself) {
  const std::vector<LayerRecord> steps{
      {.counts = {.demand = {4, 0}}, .extras = {{"max-vio", 0.25}}},
      {.counts = {.demand = {4, 0}}, .extras = {{"max-vio/by-chance", 0.5}}}};
  EXPECT_DOUBLE_EQ(measured("max-vio", steps).value, (0.25 + 1) / 2);
  EXPECT_DOUBLE_EQ(measured("max-vio", steps).expected, 0.5);
  EXPECT_EQ(
      measured(
          "hot-set-persistence", {{.extras = {{"hot-set-persistence", 0.75}}}})
          .value,
      0.75);
}

TEST(Window, knows_nothing_about_no_steps) {
  EXPECT_TRUE(std::isnan(measured("max-vio", {}).value));
  EXPECT_TRUE(std::isnan(measured("max-vio", {}).expected));
  EXPECT_TRUE(mean_loads({}).empty());
}

TEST(Window, holds_every_metric_of_the_registry) {
  Registry registry;
  registry.add_all<Metric>();
  EXPECT_EQ(make_metrics(registry).size(), variants<Metric>().size());
}

TEST(LastRecords, looks_further_back_than_skipped_steps) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    for (int64_t step = 1; step <= 6; ++step) {
      writer.add(
          {.step = step,
           .skipped = step >= 4,
           .layers = {
               {.layer = 1, .counts = {.tokens = step, .demand = {1, step}}}}});
    }
  }
  const auto records = last_records(RunReader(folder / "run.db"), 1, 2);
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(records[0].counts.tokens, 2);
  EXPECT_EQ(records[1].counts.tokens, 3);
}

TEST(LastRecords, carries_on_what_was_measured_before_them) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    for (int64_t step = 1; step <= 4; ++step) {
      LayerRecord layer{
          .layer = 1,
          .counts = {.tokens = 4, .demand = {2, 2}},
          .losses = {{"switch", 1.5}}};
      if (step <= 2) {
        layer.extras = {{"seldom", static_cast<double>(step)}};
      }
      if (step == 1 || step == 4) {
        layer.extras.emplace_back("often", static_cast<double>(step));
      }
      writer.add({.step = step, .layers = {layer}});
    }
  }
  const auto records = last_records(RunReader(folder / "run.db"), 1, 2);
  using Named = std::vector<std::pair<std::string, double>>;
  EXPECT_EQ(records[0].extras, (Named{{"seldom", 2}}));
  EXPECT_EQ(records[1].extras, (Named{{"often", 4}}));
  EXPECT_EQ(records[1].losses, (Named{{"switch", 1.5}}));
}

TEST(LastRecords, of_the_run_hold_its_scalars) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    for (int64_t step = 1; step <= 3; ++step) {
      const auto lm = static_cast<double>(step);
      writer.add(
          {.step = step,
           .skipped = step == 3,
           .scalars = {{"loss/lm", lm}, {"tokens", 8}, {"zeta", 1}},
           .layers = {{.layer = 1, .counts = {.demand = {2, 2}}}}});
    }
  }
  const auto records = last_records(RunReader(folder / "run.db"), kRun, 2);
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(records[1].layer, kRun);
  EXPECT_EQ(records[1].counts.tokens, 8);
  using Named = std::vector<std::pair<std::string, double>>;
  EXPECT_EQ(
      records[1].extras, (Named{{"loss/lm", 3}, {"tokens", 8}, {"zeta", 1}}));
}

}  // namespace
}  // namespace moestro
