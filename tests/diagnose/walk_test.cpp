// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/walk.h"

#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

LayerWindow window_of(std::vector<int64_t> demand, double phi = 1) {
  LayerWindow w;
  w.counts.demand = w.counts.kept = demand;
  double sum = 0;
  for (const auto n : demand) {
    sum += static_cast<double>(n);
  }
  for (const auto n : demand) {
    w.load.push_back(
        static_cast<double>(n) * static_cast<double>(demand.size()) / sum);
  }
  w.phi = phi;
  return w;
}

TEST(Traffic, persistent_use_and_leaps_are_counted) {
  Traffic traffic;
  for (int i = 0; i < 10; ++i) {
    const int64_t third = i % 2 == 0 ? 1000 : 300;
    traffic.add(window_of({2000, 1000, third, 100}));
  }
  const auto signs = early_signs(traffic);
  ASSERT_EQ(signs.size(), 4U);
  EXPECT_EQ(
      signs[0], "expert 0 over 1.5 times the fair share in 10 of 10 windows");
  EXPECT_EQ(
      signs[1], "expert 3 under half of the fair share in 10 of 10 windows");
  EXPECT_EQ(signs[2], "expert 2 leapt to twice the traffic in 4 of 10 windows");
  EXPECT_EQ(
      signs[3], "expert 2 fell to half of the traffic in 5 of 10 windows");
}

TEST(Traffic, what_text_does_is_no_leap) {
  Traffic traffic;
  for (int i = 0; i < 10; ++i) {
    const int64_t third = i % 2 == 0 ? 1000 : 300;
    traffic.add(window_of({1000, 1000, third, 1000}, /*phi=*/40));
  }
  EXPECT_TRUE(early_signs(traffic).empty());
}

TEST(Traffic, refused_pairs_are_counted) {
  Traffic traffic;
  for (int i = 0; i < 5; ++i) {
    auto w = window_of({1000, 1000, 1000, 1000});
    w.counts.kept[1] = 900;
    traffic.add(w);
  }
  EXPECT_EQ(
      early_signs(traffic),
      std::vector<std::string>{"expert 1 refused more than 5 % in 5 of 5 "
                               "windows"});
}

std::vector<std::string> answers(const Case& c) {
  std::vector<std::string> all;
  for (const auto& step : walk(c, diagnose(c, core_registry()).verdicts)) {
    all.emplace_back(name_of(step.answer));
  }
  return all;
}

TEST(Walk, asks_seven_questions_and_says_what_was_not_recorded) {
  auto c = case_of({});
  c.facts.origin = "counts";
  EXPECT_EQ(
      answers(c),
      (std::vector<std::string>{
          "fine",
          "unknown",
          "unknown",
          "unknown",
          "unknown",
          "fine",
          "unknown"}));
}

TEST(Walk, trouble_stands_where_it_belongs) {
  const auto c = case_of(
      {alarm("A20", Level::kPage, 400, -1),
       alarm("A03", Level::kPage, 450, 1)});
  const auto all = answers(c);
  EXPECT_EQ(all[4], "trouble");
  EXPECT_EQ(all[5], "trouble");
  EXPECT_EQ(all[0], "fine");
}

TEST(Walk, a_stranger_s_rule_is_asked_for_as_well) {
  const auto c = case_of({alarm("X07", Level::kWarn, 400, 1)});
  const auto steps = walk(c, {});
  EXPECT_EQ(steps[5].answer, Answer::kTrouble);
}

}  // namespace
}  // namespace moestro
