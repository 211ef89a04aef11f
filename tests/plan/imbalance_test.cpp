// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/imbalance.h"

#include "moestro/plan/capacity_bound.h"
#include "moestro/plan/replicate_quantize.h"
#include "tests/plan/placements.h"

namespace moestro {
namespace {

using Loads = std::vector<double>;

TEST(Imbalance, theoretical_maximum_has_the_values_of_the_table) {
  const auto tmi = theoretical_maximum_imbalance;
  EXPECT_EQ(tmi(8, 2, 2), 2);
  EXPECT_EQ(tmi(8, 4, 2), 4);
  EXPECT_EQ(tmi(8, 8, 2), 4);
  const double of_128[] = {2, 4, 8, 16, 16};
  const double of_64[] = {2, 4, 8, 32 / 3.0, 32 / 3.0};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(tmi(128, 2 << i, 8), of_128[i]);
    EXPECT_DOUBLE_EQ(tmi(64, 2 << i, 6), of_64[i]);
    EXPECT_EQ(tmi(256, 2 << i, 8), 2 << i);
  }
}

TEST(Imbalance, is_reached_when_all_tokens_choose_alike) {
  // 100 tokens, the same 2 experts of 8, on one of 4 devices.
  const Loads load = {100, 100, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(
      max_over_mean(device_load(load, 4)),
      theoretical_maximum_imbalance(8, 4, 2));
}

TEST(Imbalance, of_nothing_is_one) {
  EXPECT_EQ(max_over_mean(Loads{0, 0}), 1);
}

TEST(Imbalance, refuses_what_makes_no_sense) {
  const Loads negative = {1, -1}, huge = {1e308, 1e308};
  expect_data_failure([&] { (void)max_over_mean(negative); }, "number 1 is -1");
  expect_data_failure([&] { (void)max_over_mean(huge); }, "overflows");
  expect_data_failure([&] { (void)max_over_mean({}); }, "no loads");
  expect_data_failure([&] { (void)device_load(huge, 3); }, "must divide");
  expect_data_failure(
      [] { (void)theoretical_maximum_imbalance(8, 3, 2); }, "must divide");
  expect_data_failure(
      [] { (void)theoretical_maximum_imbalance(8, 2, 9); }, "k=9");
}

TEST(ReplicateQuantize, halves_the_hottest_and_pays_with_the_least_important) {
  const Loads load = {10, 60, 20, 30}, importance = {3, 1, 2, 5};
  const auto plan = plan_replicate_quantize(load, importance, {.weights = 7});
  EXPECT_EQ(plan.replicated, (std::vector<int32_t>{1}));
  // Expert 1 is the least important, but it is the replicated one.
  EXPECT_EQ(plan.quantized, (std::vector<int32_t>{2}));
  EXPECT_EQ(plan.extra_bytes, 0);
  EXPECT_DOUBLE_EQ(plan.imbalance, 2);
  EXPECT_DOUBLE_EQ(plan.imbalance_after, 1);
}

// |Q| = R low / (full - low): as many as there are copies for fp16 -> int8.
TEST(ReplicateQuantize, is_neutral_as_computed) {
  const Loads load(16, 1), importance(16, 1);
  for (const int64_t copies : {1, 2, 4}) {
    const auto plan = plan_replicate_quantize(
        load, importance, {.replicas = copies, .weights = 1});
    EXPECT_EQ(plan.quantized.size(), static_cast<size_t>(copies));
  }
  const auto cheap = plan_replicate_quantize(
      load,
      importance,
      {.replicas = 2, .weights = 1, .full_bytes = 2, .low_bytes = 0.5});
  EXPECT_EQ(cheap.quantized.size(), 1);
  const auto paid = plan_replicate_quantize(
      load, importance, {.replicas = 2, .weights = 1, .extra_bytes_most = 2});
  EXPECT_TRUE(paid.quantized.empty());
}

TEST(ReplicateQuantize, refuses_what_makes_no_sense) {
  const Loads load = {1, 2}, one = {1}, negative = {1, -2};
  const auto plan = [&](const Loads& importance, ReplicateOptions options) {
    options.weights = options.weights == 0 ? 1 : options.weights;
    (void)plan_replicate_quantize(load, importance, options);
  };
  expect_data_failure([&] { plan(one, {}); }, "2 loads and 1 importances");
  expect_data_failure([&] { plan(negative, {}); }, "expert 1 has -2");
  expect_data_failure([&] { plan(load, {.replicas = 3}); }, "replicas=3");
  expect_data_failure([&] { plan(load, {.weights = -1}); }, "weights=-1");
  expect_data_failure([&] { plan(load, {.low_bytes = 2}); }, "low_bytes=2");
  expect_data_failure([&] { plan(load, {.replicas = 2}); }, "fewer replicas");
}

TEST(CapacityBound, has_the_values_of_the_table) {
  EXPECT_NEAR(capacity_lower_bound(5120, 16, 0.03), 2, 0.1);
  EXPECT_NEAR(capacity_lower_bound(256, 8, 0.125), 2.8, 0.1);
  EXPECT_NEAR(capacity_lower_bound(512, 8, 0.15), 195, 5);
  EXPECT_LT(capacity_lower_bound(512, 8, 1 / std::sqrt(512.0)), 1);
  EXPECT_DOUBLE_EQ(capacity_lower_bound(100, 4, 0), 0.25);
}

TEST(CapacityBound, refuses_what_makes_no_sense) {
  expect_data_failure([] { (void)capacity_lower_bound(1, 8, 0.1); }, "dim=1");
  expect_data_failure([] { (void)capacity_lower_bound(8, 0, 0.1); }, "=0");
  expect_data_failure([] { (void)capacity_lower_bound(8, 8, 1); }, "delta=1");
}

}  // namespace
}  // namespace moestro
