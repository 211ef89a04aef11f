// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "moestro/lab/suite.h"

namespace moestro {
namespace {

struct Gradual {
  Scenario scenario;
  ScenarioResult result;

  Gradual(std::optional<int64_t> alarm, std::optional<int64_t> harm) {
    scenario.id = "S00";
    scenario.expected.alarms = "A01";
    scenario.expected.verdicts = "D03";
    scenario.expected.gradual = true;
    if (alarm) {
      result.trial.examination.alarms = {{.id = "A01", .step = *alarm}};
    }
    result.harm_onset = harm;
  }
};

SuiteSummary summary_of(std::vector<Gradual> all) {
  std::vector<ScenarioResult> results;
  for (auto& one : all) {
    one.result.scenario = &one.scenario;
    results.push_back(std::move(one.result));
  }
  return summarise(results);
}

TEST(SuiteScore, harm_that_never_came_is_later_than_any_alarm) {
  const auto s = summary_of(
      {{100, std::nullopt},
       {100, 300},
       {200, 150},
       {std::nullopt, 400},
       {std::nullopt, std::nullopt}});
  EXPECT_EQ(s.gradual, 5);
  EXPECT_EQ(s.ahead, 2);
  // 200 and -50.
  EXPECT_EQ(s.median_lead, 75);
}

TEST(SuiteScore, without_harm_there_is_no_lead) {
  EXPECT_FALSE(summary_of({{100, std::nullopt}}).median_lead);
}

}  // namespace
}  // namespace moestro
