// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/llep.h"

#include <numeric>

#include "tests/plan/placements.h"

namespace moestro {
namespace {

using Counts = std::vector<int64_t>;

// gpt-oss-120b on 8 devices: 32,768 tokens each, top-4 of 128 experts; a share
// of them evenly on the first few experts.
Counts hot(double share, int64_t experts) {
  constexpr double kTokens = 8.0 * 32768 * 4;
  const auto hot = static_cast<double>(experts);
  Counts load(128, static_cast<int64_t>((1 - share) * kTokens / (128 - hot)));
  for (int64_t e = 0; e < experts; ++e) {
    load[static_cast<size_t>(e)] = static_cast<int64_t>(share * kTokens / hot);
  }
  return load;
}

struct Cell {
  double share;
  int64_t experts;
  double gain;
};

class LlepBound : public testing::TestWithParam<Cell> {};

TEST_P(LlepBound, of_compute_alone_is_that_of_the_table) {
  const auto [share, experts, gain] = GetParam();
  const auto plan = plan_llep(hot(share, experts), 8);
  const auto plain = std::ranges::max(plan.plain_device_load_P);
  const auto most = std::ranges::max(plan.device_load_P);
  EXPECT_FALSE(plan.fallback);
  EXPECT_NEAR(
      static_cast<double>(plain) / static_cast<double>(most), gain, 0.06);
  const auto total = std::accumulate(
      plan.device_load_P.begin(), plan.device_load_P.end(), int64_t{0});
  EXPECT_NEAR(
      static_cast<double>(most) * 8 / static_cast<double>(total), 1, 1e-3);
  EXPECT_GE(plan.transfers.size(), 7);
  EXPECT_LE(plan.transfers.size(), 20);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    LlepBound,
    testing::Values(
        Cell{0.30, 16, 2.4},
        Cell{0.30, 4, 2.9},
        Cell{0.30, 1, 3.1},
        Cell{0.50, 16, 4.0},
        Cell{0.50, 4, 4.4},
        Cell{0.50, 1, 4.5},
        Cell{0.80, 16, 6.4},
        Cell{0.80, 4, 6.6},
        Cell{0.80, 1, 6.6},
        Cell{0.95, 16, 7.6},
        Cell{0.95, 4, 7.6},
        Cell{0.95, 1, 7.65}));

// Every token of an expert in exactly one segment; loads, transfers and the
// order of segments agree with them.
void expect_sound(const Counts& load_E, size_t devices, const LlepPlan& plan) {
  const auto per = load_E.size() / devices;
  Counts seen_E(load_E.size()), device_P(devices);
  size_t foreign = 0;
  for (const auto& s : plan.segments) {
    const auto e = static_cast<size_t>(s.expert);
    EXPECT_EQ(s.begin, seen_E[e]);
    EXPECT_LT(s.begin, s.end);
    seen_E[e] = s.end;
    device_P[static_cast<size_t>(s.device)] += s.end - s.begin;
    foreign += static_cast<size_t>(s.device) != e / per ? 1 : 0;
  }
  EXPECT_EQ(seen_E, load_E);
  EXPECT_EQ(device_P, plan.device_load_P);
  EXPECT_LE(plan.transfers.size(), foreign);
  for (const auto& t : plan.transfers) {
    EXPECT_EQ(t.from, t.expert / static_cast<int32_t>(per));
    EXPECT_NE(t.from, t.to);
  }
}

TEST(Llep, random_plans_are_sound_and_within_the_capacity) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    const size_t devices = size_t{1} << (random() % 5);
    const size_t experts = devices * (1 + random() % 8);
    Counts load(experts);
    for (auto& n : load) {
      n = random() % 3 == 0 ? 0 : random() % (random() % 7 == 0 ? 9000 : 300);
    }
    LlepOptions options{
        .alpha = 1 + 0.25 * static_cast<double>(random() % 3),
        .min_chunk = static_cast<int64_t>(random() % 200),
        .threshold = 1 + 0.1 * static_cast<double>(random() % 5),
        .small_excess =
            round % 2 == 0 ? SmallExcess::kSpill : SmallExcess::kKeepNative};
    const auto plan = plan_llep(load, static_cast<int64_t>(devices), options);
    expect_sound(load, devices, plan);
    if (plan.fallback) {
      EXPECT_EQ(plan.device_load_P, plan.plain_device_load_P);
    }
    // With chunks of any size nothing is forced above the capacity.
    options.min_chunk = 0;
    const auto fine = plan_llep(load, static_cast<int64_t>(devices), options);
    const auto total = std::accumulate(load.begin(), load.end(), int64_t{0});
    const auto capacity = options.alpha * static_cast<double>(total) /
                          static_cast<double>(devices);
    if (!fine.fallback) {
      EXPECT_LE(
          static_cast<double>(std::ranges::max(fine.device_load_P)),
          capacity + static_cast<double>(devices));
    }
  }
}

TEST(Llep, small_excess_stays_or_goes_as_asked) {
  const Counts load = {1200, 900};
  LlepOptions options{.min_chunk = 200, .threshold = 1};
  EXPECT_TRUE(plan_llep(load, 2, options).transfers.empty());
  options.small_excess = SmallExcess::kSpill;
  const auto plan = plan_llep(load, 2, options);
  EXPECT_EQ(plan.device_load_P, (Counts{1050, 1050}));
  ASSERT_EQ(plan.transfers.size(), 1);
  EXPECT_EQ(plan.transfers[0].to, 1);
}

TEST(Llep, imbalance_below_the_threshold_changes_nothing) {
  const Counts load = {120, 80, 100, 100};
  EXPECT_TRUE(plan_llep(load, 2).fallback);
  EXPECT_TRUE(plan_llep(Counts(4, 0), 2).fallback);
  EXPECT_TRUE(plan_llep(Counts{5, 1}, 1).fallback);
  // Even devices, uneven experts.
  const Counts paired = {200, 0, 100, 100};
  EXPECT_TRUE(plan_llep(paired, 2).fallback);
  EXPECT_FALSE(
      plan_llep(paired, 2, {.imbalance_of = ImbalanceOf::kExperts}).fallback);
}

TEST(Llep, sends_every_token_of_every_rank_once) {
  std::mt19937 random(9);
  constexpr size_t kRanks = 4, kExperts = 8;
  Counts count_PE(kRanks * kExperts), load_E(kExperts), sent_P(kRanks);
  for (size_t i = 0; i < count_PE.size(); ++i) {
    count_PE[i] = random() % 100 + (i % kExperts == 0 ? 500 : 0);
    load_E[i % kExperts] += count_PE[i];
    sent_P[i / kExperts] += count_PE[i];
  }
  const auto plan = plan_llep(load_E, kRanks, {.min_chunk = 10});
  const auto send_PP = llep_send_matrix(plan, count_PE);
  for (size_t s = 0; s < kRanks; ++s) {
    int64_t sum = 0;
    for (size_t d = 0; d < kRanks; ++d) {
      sum += send_PP[s * kRanks + d];
    }
    EXPECT_EQ(sum, sent_P[s]);
  }
  count_PE[0] += 1;
  expect_data_failure(
      [&] { (void)llep_send_matrix(plan, count_PE); }, "not those of the plan");
}

TEST(Llep, refuses_what_makes_no_sense) {
  const Counts three = {1, 2, 3}, negative = {1, -1};
  const Counts huge = {int64_t{1} << 53, 1};
  expect_data_failure([&] { (void)plan_llep(three, 2); }, "must divide");
  expect_data_failure([&] { (void)plan_llep(three, 0); }, "devices=0");
  expect_data_failure([&] { (void)plan_llep({}, 1); }, "experts=0");
  expect_data_failure([&] { (void)plan_llep(negative, 2); }, "expert 1 has -1");
  expect_data_failure([&] { (void)plan_llep(huge, 2); }, "2^53");
  expect_data_failure(
      [&] { (void)plan_llep(three, 3, {.alpha = 0}); }, "alpha=0");
  expect_data_failure(
      [&] { (void)plan_llep(three, 3, {.min_chunk = -1}); }, "min_chunk=-1");
}

}  // namespace
}  // namespace moestro
