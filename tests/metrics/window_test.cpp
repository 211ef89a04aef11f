// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/window.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/record/temporary.h"

namespace moestro {
namespace {

BalanceWindow window_of(const std::vector<LayerRecord>& records) {
  NullTable null;
  return balance_window(records, {1, null});
}

TEST(BalanceWindow, averages_the_values_of_the_steps) {
  const auto w = window_of({{.demand = {4, 0}}, {.demand = {2, 2}}});
  EXPECT_EQ(w.steps, 2);
  EXPECT_DOUBLE_EQ(w.max_vio, 0.5);
  EXPECT_DOUBLE_EQ(w.min_load, 0.5);
  EXPECT_DOUBLE_EQ(w.load_E[0], 1.5);
}

TEST(BalanceWindow, counts_experts_as_dead_by_their_summed_load) {
  const auto w = window_of({{.demand = {90, 8, 1}}, {.demand = {90, 8, 1}}});
  EXPECT_EQ(w.dead_experts, 1);
}

TEST(BalanceWindow, leaves_out_steps_that_lack_a_number) {
  const LayerRecord spread{
      .tokens = 20,
      .demand = {10, 10},
      .sequence_tokens = {10, 10},
      .sequence_demand = {7, 3, 3, 7}};
  EXPECT_NEAR(window_of({spread, {.demand = {2, 2}}}).dispersion, 3.04, 1e-12);
}

TEST(BalanceWindow, knows_nothing_about_no_steps) {
  const auto w = window_of({});
  EXPECT_TRUE(std::isnan(w.max_vio));
  EXPECT_EQ(w.dead_experts, 0);
}

TEST(LastRecords, looks_further_back_than_skipped_steps) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    for (int64_t step = 1; step <= 6; ++step) {
      writer.add(
          {.step = step,
           .skipped = step >= 4,
           .layers = {{.layer = 1, .tokens = step, .demand = {1, step}}}});
    }
  }
  const auto records = last_records(RunReader(folder / "run.db"), 1, 2);
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(records[0].tokens, 2);
  EXPECT_EQ(records[1].tokens, 3);
}

}  // namespace
}  // namespace moestro
