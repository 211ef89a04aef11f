// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

class Speechless final : public Verdict {
 public:
  explicit Speechless(const Site&) {}
  [[nodiscard]] std::optional<Diagnosis> judge(const Case&) const override {
    throw std::domain_error("cannot divide");
  }
};
constinit const Variant<Verdict> kSpeechless = {
    .info = {.name = "speechless", .summary = "breaks", .paper = ""},
    .make = make_plain<Verdict, Speechless>};

TEST(D99, a_verdict_that_fails_is_named_and_the_others_judge) {
  auto registry = core_registry();
  registry.add(kSpeechless);
  const auto opinions =
      diagnose(case_of({alarm("A05", Level::kWarn, 20, 0)}), registry);
  EXPECT_FALSE(opinions.verdicts.empty());
  ASSERT_EQ(opinions.failed.size(), 1);
  EXPECT_NE(opinions.failed[0].find("speechless"), std::string::npos);
  EXPECT_NE(opinions.failed[0].find("cannot divide"), std::string::npos);
}

TEST(D99, says_so_when_nothing_else_explains_the_alarms) {
  const auto registry = core_registry();
  const auto verdicts =
      diagnose(
          case_of(
              {alarm("A02", Level::kWarn, 900, 0)},
              "[moe]\nlosses = [\"switch\"]\ncontrollers = []\n"),
          registry)
          .verdicts;
  ASSERT_FALSE(verdicts.empty());
  EXPECT_EQ(verdicts[0].id, "D99");
  EXPECT_LT(verdicts[0].confidence, kLowConfidence);
}

TEST(D99, is_silent_when_somebody_knows_better) {
  const auto registry = core_registry();
  for (const auto& verdict :
       diagnose(case_of({alarm("A05", Level::kWarn, 20, 0)}), registry)
           .verdicts) {
    EXPECT_NE(verdict.id, "D99");
  }
}

TEST(D99, a_healthy_run_has_no_verdict) {
  EXPECT_TRUE(diagnose(case_of({}), core_registry()).verdicts.empty());
}
}  // namespace
}  // namespace moestro
