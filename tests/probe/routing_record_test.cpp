// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/routing_record.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

// Two sequences of 4 and 2 tokens over three experts, k = 1, one pair dropped.
Routing small_routing() {
  Routing r;
  r.pairs.demand_E = at::tensor({3, 2, 1}, at::kLong);
  r.pairs.offset_E1 = at::tensor({0, 2, 4, 5}, at::kLong);
  r.sums.valid_S = at::tensor({4, 2}, at::kLong);
  r.sums.demand_SE = at::tensor({3, 1, 0, 0, 1, 1}, at::kLong).view({2, 3});
  r.sums.first_SE = r.sums.demand_SE;
  r.sums.prob_SE = at::tensor({2., 1., 1., .5, .5, 1.}).view({2, 3});
  r.sums.mass_SE = r.sums.prob_SE * 2;
  r.sums.lse2_S = at::tensor({8., 1.});
  r.sums.entropy_S = at::tensor({3., 2.});
  r.sums.extremes = at::tensor({5., .25, 0.});
  return r;
}

TEST(RoutingRecord, holds_the_counts_of_a_pass) {
  LayerRecord record;
  SequenceRows rows;
  accumulate(record, rows, small_routing());
  EXPECT_EQ(record.counts.tokens, 6);
  EXPECT_EQ(record.counts.demand, (std::vector<int64_t>{3, 2, 1}));
  EXPECT_EQ(record.counts.kept, (std::vector<int64_t>{2, 2, 1}));
  EXPECT_EQ(record.counts.first, (std::vector<int64_t>{3, 2, 1}));
  EXPECT_EQ(record.counts.dropped(), (std::vector<int64_t>{1, 0, 0}));
  EXPECT_EQ(record.prob, (std::vector<double>{2.5, 1.5, 2}));
  EXPECT_EQ(record.mass, (std::vector<double>{5, 3, 4}));
  EXPECT_EQ(record.lse2, 9);
  EXPECT_EQ(record.entropy, 5);
  EXPECT_EQ(record.max_logit, 5);
  EXPECT_EQ(record.min_margin, 0.25);
}

TEST(RoutingRecord, adds_up_micro_batches) {
  LayerRecord record;
  SequenceRows rows;
  accumulate(record, rows, small_routing());
  auto calmer = small_routing();
  calmer.sums.extremes = at::tensor({3., .5, 1.});
  accumulate(record, rows, calmer);
  EXPECT_EQ(record.counts.tokens, 12);
  EXPECT_EQ(record.counts.demand, (std::vector<int64_t>{6, 4, 2}));
  EXPECT_EQ(record.max_logit, 5);
  EXPECT_EQ(record.min_margin, 0.25);
  EXPECT_EQ(record.nonfinite, 1);
  EXPECT_EQ(rows.sums().sequences, 4);
}

// Sequence 0 is of domain 2, sequence 1 of domain 0.
TEST(RoutingRecord, sums_demand_by_domain) {
  LayerRecord record;
  const std::vector<int32_t> domain_S{2, 0};
  add_domains(record, small_routing(), domain_S, 3);
  add_domains(record, small_routing(), domain_S, 3);
  EXPECT_EQ(
      record.domain_demand, (std::vector<int64_t>{0, 2, 2, 0, 0, 0, 6, 2, 0}));
}

TEST(RoutingRecord, keeps_of_the_sequences_what_tests_of_balance_need) {
  LayerRecord record;
  SequenceRows rows;
  accumulate(record, rows, small_routing());
  const auto sums = reduced(rows, 1);
  EXPECT_EQ(sums.sequences, 2);
  EXPECT_EQ(sums.square, (std::vector<double>{9. / 4, 1. / 4 + 1. / 2, 0.5}));
  EXPECT_EQ(sums.traces.size(), 2U);
}

// 1024 sequences of 256 experts: 84 million multiplications, every 81st step.
TEST(RoutingRecord, works_out_costly_traces_now_and_then) {
  SequenceRows rows;
  const std::vector<int64_t> demand_SE(1024 * 256, 1), tokens_S(1024, 32);
  rows.add(demand_SE, tokens_S);
  EXPECT_EQ(1 + rows.trace_work() / (1 << 20), 81);
  EXPECT_TRUE(reduced(rows, 80).traces.empty());
  EXPECT_EQ(reduced(rows, 80).square.size(), 256U);
  EXPECT_EQ(reduced(rows, 81).traces.size(), 2U);
}

}  // namespace
}  // namespace moestro
