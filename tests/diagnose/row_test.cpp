// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/row.h"

#include <cmath>

#include <gtest/gtest.h>

#include "moestro/diagnose/core_registry.h"

namespace moestro {
namespace {

constexpr Reading kUneven = {
    .label = "unevenness",
    .worse = Worse::kHigher,
    .limits = {.scale = Scale::kTimesExpected, .warn = 2, .bad = 4}};
constexpr Info kUnevenInfo = {.name = "unevenness", .reading = &kUneven};

Health health(double value, double expected) {
  return judged({&kUnevenInfo, value, expected}).health;
}

TEST(Row, is_judged_by_multiples_of_what_chance_shows) {
  EXPECT_EQ(health(0.2, 0.1), Health::kFine);
  EXPECT_EQ(health(0.21, 0.1), Health::kWarn);
  EXPECT_EQ(health(0.41, 0.1), Health::kBad);
}

TEST(Row, is_not_judged_where_a_number_is_missing) {
  EXPECT_EQ(health(0.2, NAN), Health::kUnknown);
  EXPECT_EQ(health(NAN, 0.1), Health::kUnknown);
}

TEST(Row, may_be_worse_when_it_is_lower) {
  constexpr static Reading kLow = {
      .label = "x",
      .worse = Worse::kLower,
      .limits = {.scale = Scale::kAbsolute, .warn = 0.8, .bad = 0.5}};
  constexpr static Info kInfo = {.name = "x", .reading = &kLow};
  EXPECT_EQ(judged({&kInfo, 0.9, NAN}).health, Health::kFine);
  EXPECT_EQ(judged({&kInfo, 0.7, NAN}).health, Health::kWarn);
  EXPECT_EQ(judged({&kInfo, 0.4, NAN}).health, Health::kBad);
  EXPECT_TRUE(is_worse(judged({&kInfo, 0.4, NAN}), judged({&kInfo, 0.5, NAN})));
}

TEST(Row, what_is_unknown_is_worse_than_nothing) {
  const auto known = judged({&kUnevenInfo, 1, NAN});
  const auto unknown = judged({&kUnevenInfo, INFINITY, NAN});
  EXPECT_FALSE(unknown.value.has_value());
  EXPECT_TRUE(is_worse(known, unknown));
  EXPECT_FALSE(is_worse(unknown, known));
}

TEST(Row, of_a_metric_without_a_descriptor_is_shown_by_its_name) {
  constexpr static Info kInfo = {.name = "mine", .summary = "what I count"};
  EXPECT_EQ(reading_of(kInfo).label, "mine");
  EXPECT_EQ(reading_of(kInfo).meaning, "what I count");
  EXPECT_EQ(judged({&kInfo, 1, 1}).health, Health::kUnknown);
}

TEST(Row, is_written_with_the_digits_of_its_metric) {
  const auto registry = core_registry();
  const auto text = [&](std::string_view name, Figure value) {
    return text_of(registry.at<Metric>(name).info, value);
  };
  EXPECT_EQ(text("drop-rate", 0.125), "12.5 %");
  EXPECT_EQ(text("dead-experts", 2), "2");
  EXPECT_EQ(text("max-vio", 0.3149), "0.31");
  EXPECT_EQ(text("max-vio", {}), "–");
}

TEST(Row, headlines_are_a_few_of_all_metrics) {
  const auto registry = core_registry();
  std::vector<std::string_view> names;
  for (const auto& made : headline_metrics(registry)) {
    names.push_back(made.info->name);
  }
  EXPECT_EQ(
      names,
      (std::vector<std::string_view>{"max-vio", "dispersion", "dead-experts"}));
}

TEST(CoreRegistry, holds_the_torch_free_kinds) {
  const auto registry = core_registry();
  EXPECT_EQ(registry.names("metric").size(), variants<Metric>().size());
  EXPECT_NE(registry.lookup("controller", "sign-bias"), nullptr);
}

}  // namespace
}  // namespace moestro
