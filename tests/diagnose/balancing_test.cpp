// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/balancing.h"

#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(balancing, losses_that_pull_loads_together) {
  for (const auto* loss :
       {"switch",
        "global",
        "sequence",
        "simbal",
        "l1-balanced",
        "marginal-entropy",
        "mutual-information"}) {
    EXPECT_TRUE(balances(loss)) << loss;
  }
  for (const auto* loss : {"z", "token-entropy", "l1"}) {
    EXPECT_FALSE(balances(loss)) << loss;
  }
}

TEST(balancing, what_balances_is_looked_for_in_both_lists) {
  const auto none = [](const std::string& losses, const std::string& more) {
    const auto c = case_of(
        {}, "[moe]\nlosses = [" + losses + "]\ncontrollers = [" + more + "]\n");
    return nothing_balances(c.facts, 0);
  };
  EXPECT_TRUE(none("", ""));
  EXPECT_TRUE(none("\"z\"", ""));
  EXPECT_FALSE(none("\"z\", \"l1-balanced\"", ""));
  EXPECT_FALSE(none("\"z\"", "\"sign-bias\""));
}

TEST(balancing, a_layer_may_have_its_own) {
  const auto c = case_of(
      {},
      "[moe]\nlosses = [\"switch\"]\ncontrollers = []\n"
      "[[moe.layers]]\nrange = \"1\"\nlosses = []\n");
  EXPECT_FALSE(nothing_balances(c.facts, 0));
  EXPECT_TRUE(nothing_balances(c.facts, 1));
}

TEST(balancing, a_router_that_learns_nothing_misses_none) {
  const std::string none = "losses = []\ncontrollers = []\n";
  const auto hash =
      case_of({}, "[moe]\n" + none + "gate = {part = \"hash\"}\n");
  const auto gate =
      case_of({}, "[moe]\n" + none + "gate = {part = \"linear\"}\n");
  EXPECT_FALSE(nothing_balances(hash.facts, 0));
  EXPECT_TRUE(nothing_balances(gate.facts, 0));
}

TEST(balancing, what_was_not_recorded_is_not_nothing) {
  EXPECT_FALSE(balancing_of(case_of({}).facts, 0));
  EXPECT_FALSE(nothing_balances(case_of({}).facts, 0));
}

}  // namespace
}  // namespace moestro
