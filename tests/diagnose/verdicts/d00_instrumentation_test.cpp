// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D00, stands_alone_when_the_instruments_are_broken) {
  const auto registry = core_registry();
  const auto verdicts = diagnose(
                            case_of(
                                {alarm("A01", Level::kPage, 100, 0),
                                 alarm("A24", Level::kPage, 120, 1)}),
                            registry)
                            .verdicts;
  ASSERT_EQ(verdicts.size(), 1);
  EXPECT_EQ(verdicts[0].id, "D00");
  EXPECT_EQ(verdicts[0].name, "instrumentation");
  EXPECT_EQ(verdicts[0].layers, std::vector<int32_t>{1});
}
}  // namespace
}  // namespace moestro
