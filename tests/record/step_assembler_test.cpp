// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/record/trace_row.h"

namespace moestro {
namespace {

// Two experts, one a token.
TraceRow row(int64_t step, int64_t rank = 0) {
  return {
      .step = step, .rank = rank, .top_k = 1, .tokens = 4, .counts = {1, 3}};
}

std::vector<int64_t> steps_of(StepAssembler& steps) {
  std::vector<int64_t> numbers;
  while (const auto step = steps.oldest()) {
    numbers.push_back(step->record.step);
  }
  return numbers;
}

TEST(StepAssembler, step_is_given_out_once_enough_later_ones_have_begun) {
  StepAssembler steps({}, false);
  for (int64_t step = 1; step <= 4; ++step) {
    steps.add(row(step));
    EXPECT_FALSE(steps.finished());
  }
  steps.add(row(5));
  const auto first = steps.finished();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->record.step, 1);
  EXPECT_EQ(steps_of(steps), (std::vector<int64_t>{2, 3, 4, 5}));
}

TEST(StepAssembler, rows_of_open_steps_may_come_in_any_order) {
  StepAssembler steps({}, false);
  for (const auto step : {3, 1, 2}) {
    steps.add(row(step));
  }
  EXPECT_EQ(steps_of(steps), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_THROW(steps.add(row(3)), DataError);
}

TEST(StepAssembler, row_said_twice_is_refused_and_changes_nothing) {
  StepAssembler steps({}, false);
  steps.add(row(1));
  EXPECT_THROW(steps.add(row(1)), DataError);
  steps.add(row(1, 1));
  const auto step = steps.oldest();
  EXPECT_EQ(step->record.layers.at(0).counts.tokens, 8);
  EXPECT_EQ(
      step->record.layers.at(0).counts.demand, (std::vector<int64_t>{2, 6}));
}

TEST(StepAssembler, micro_batches_are_added) {
  StepAssembler steps({}, true);
  steps.add(row(1));
  steps.add(row(1));
  EXPECT_EQ(steps.oldest()->record.layers.at(0).counts.tokens, 8);
}

TEST(StepAssembler, what_counts_do_not_say_is_no_number) {
  StepAssembler steps({}, false);
  steps.add(row(1));
  const auto layer = steps.oldest()->record.layers.at(0);
  EXPECT_TRUE(std::isnan(layer.lse2));
  EXPECT_TRUE(std::isnan(layer.entropy));
  EXPECT_TRUE(std::isnan(layer.max_logit));
  EXPECT_TRUE(std::isnan(layer.min_margin));
  EXPECT_TRUE(layer.counts.kept.empty());
}

TEST(StepAssembler, domains_keep_the_order_in_which_they_came) {
  StepAssembler steps({.domains = {"known"}}, false);
  auto first = row(1);
  first.domains = {{"new", {1, 0}}, {"known", {0, 3}}};
  steps.add(first);
  EXPECT_EQ(steps.facts().domains, (std::vector<std::string>{"known", "new"}));
  EXPECT_EQ(
      steps.oldest()->record.layers.at(0).domain_demand,
      (std::vector<int64_t>{0, 3, 1, 0}));
}

TEST(StepAssembler, kinds_of_text_are_bounded) {
  StepAssembler steps({}, false);
  auto many = row(1);
  for (int i = 0; i < 1024; ++i) {
    many.domains.push_back({std::to_string(i), {0, 0}});
  }
  steps.add(many);
  auto more = row(2);
  more.domains = {{"one too many", {1, 3}}};
  EXPECT_THROW(steps.add(more), DataError);
  more.domains = {{"7", {1, 3}}};
  EXPECT_NO_THROW(steps.add(more));
}

TEST(StepAssembler, ranks_cannot_sum_to_more_than_a_step_can_have) {
  StepAssembler steps({}, false);
  auto huge = row(1);
  huge.tokens = int64_t{1} << 36U;
  huge.counts = {huge.tokens, 0};
  steps.add(huge);
  EXPECT_THROW(steps.add(row(1, 1)), DataError);
}

TEST(StepAssembler, traces_of_many_sequences_are_worked_out_now_and_then) {
  StepAssembler steps({}, false);
  constexpr int64_t kExperts = 100, kSequences = 100;  // 2e6 multiplications
  int worked_out = 0;
  for (int64_t step = 1; step <= 4; ++step) {
    TraceRow wide{.step = step, .top_k = 1, .tokens = kSequences};
    wide.counts.assign(kExperts, 1);
    wide.sequence_demand.assign(kExperts * kSequences, 0);
    for (int64_t s = 0; s < kSequences; ++s) {
      wide.sequence_demand[static_cast<size_t>(s * kExperts + s)] = 1;
    }
    steps.add(wide);
    const auto layer = steps.oldest()->record.layers.at(0);
    EXPECT_EQ(layer.sequences.sequences, kSequences);
    worked_out += layer.sequences.traces.empty() ? 0 : 1;
  }
  EXPECT_EQ(worked_out, 2);
}

}  // namespace
}  // namespace moestro
