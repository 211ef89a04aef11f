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

}  // namespace
}  // namespace moestro
