// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/scenario.h"

#include <set>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/lab/registry.h"
#include "moestro/lab/trial.h"
#include "moestro/train/config.h"

namespace moestro {
namespace {

std::string refusal(const std::string& text) {
  try {
    (void)parse_scenario(text, "s.toml");
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Scenario, says_what_it_injects_when_and_what_is_expected) {
  const auto s = parse_scenario(
      "[scenario]\nid = \"X1\"\nkind = \"fault\"\nalarms = [\"A01\", "
      "\"A05\"]\n"
      "[fault.moe]\nexperts = 4\n"
      "[edit.loud]\ntensors = \"*.gate.weight\"\nexperts = \"0-1\"\nvalue = "
      "10\nat = 7\n"
      "[change.rate]\nat = 20\n[change.rate.set.optimizer]\nlr = 0.03\n",
      "s.toml");
  EXPECT_EQ(s.id, "X1");
  EXPECT_FALSE(s.healthy);
  EXPECT_EQ(s.expected.alarms, "A01,A05");
  ASSERT_EQ(s.fault.size(), 1);
  EXPECT_EQ(s.fault[0].key, "moe.experts");
  ASSERT_EQ(s.edits.size(), 1);
  EXPECT_EQ(s.edits[0].experts, "0-1");
  EXPECT_EQ(s.edits[0].when.at, 7);
  EXPECT_EQ(s.edits[0].value, 10);
  ASSERT_EQ(s.changes.size(), 1);
  EXPECT_EQ(s.changes[0].settings[0].key, "optimizer.lr");
}

TEST(Scenario, its_fault_begins_with_the_first_that_acts) {
  EXPECT_EQ(
      parse_scenario(
          "[knob.a]\nfrom = 30\n[knob.b]\nat = 12\n[declare.c]\nat = 3\n", "s")
          .fault_step(),
      12);
  EXPECT_EQ(
      parse_scenario("[fault.moe]\nexperts = 4\n[knob.a]\nfrom = 30\n", "s")
          .fault_step(),
      0);
}

TEST(Scenario, once_is_before_one_step_and_from_is_before_every_later_one) {
  const When once{.at = 5}, first{.at = 0}, always{.from = 5, .until = 8};
  EXPECT_TRUE(once.holds(5));
  EXPECT_FALSE(once.holds(6));
  EXPECT_TRUE(first.holds(1));
  EXPECT_FALSE(always.holds(4));
  EXPECT_TRUE(always.holds(7));
  EXPECT_FALSE(always.holds(8));
}

TEST(Scenario, what_is_none_is_refused_with_its_place) {
  EXPECT_NE(
      refusal("[edit.a]\nat = 1\nvalu = 3\n").find("s.toml:3:1"),
      std::string::npos);
  EXPECT_NE(
      refusal("[edit.a]\nat = 1\nvalu = 3\n").find("value"), std::string::npos);
  EXPECT_NE(refusal("[edits.a]\nat = 1\n").find("edit"), std::string::npos);
  EXPECT_NE(refusal("[knob.a]\nvalue = 1\n").find("at"), std::string::npos);
  EXPECT_NE(
      refusal("[knob.a]\nat = 1\nfrom = 2\n").find("either"),
      std::string::npos);
  EXPECT_NE(
      refusal("[knob.a]\nfrom = 5\nuntil = 5\n").find("ends before"),
      std::string::npos);
  EXPECT_NE(
      refusal("[scenario]\nkind = \"sick\"\n").find("fault or healthy"),
      std::string::npos);
  EXPECT_NE(refusal("[edit]\nat = 1\n").find("name"), std::string::npos);
}

TEST(Scenario, a_star_in_a_pattern_stands_for_anything) {
  EXPECT_TRUE(matches("block.*.up", "block.01.layer.experts.up"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "abbc"));
  EXPECT_FALSE(matches("*.up", "experts.down"));
  EXPECT_FALSE(matches("block.01", "block.011"));
}

TEST(Scenario, every_one_that_is_carried_can_be_configured) {
  const auto all_parts = registry();
  const TrialSite site{.registry = all_parts, .folder = "."};
  std::set<std::string> ids;
  for (const auto& s : scenarios()) {
    EXPECT_TRUE(ids.insert(s.id).second) << s.id;
    EXPECT_FALSE(s.summary.empty()) << s.id;
    for (const auto arm : {Arm::kHealthy, Arm::kUntreated}) {
      EXPECT_NO_THROW((void)resolve(settings_of(s, arm, 1, site), all_parts))
          << s.id;
    }
  }
  EXPECT_GE(ids.size(), 40);
}

TEST(Scenario, an_unknown_name_gets_a_suggestion) {
  try {
    (void)find_scenario("S3");
    FAIL();
  } catch (const ConfigurationError& error) {
    EXPECT_NE(std::string(error.what()).find("S03"), std::string::npos);
  }
}

}  // namespace
}  // namespace moestro
