// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/calibration.h"

#include <gtest/gtest.h>

#include "moestro/diagnose/core_registry.h"

namespace moestro {
namespace {

TEST(Calibration, every_null_cell_is_quiet_for_a_thousand_steps) {
  const auto registry = core_registry();
  const WatchOptions promised[1];
  for (const auto& cell : null_cells(1000, 5)) {
    if (cell.stream.experts > 64) {
      continue;  // minutes under the sanitizers
    }
    const auto result = calibrate(cell, registry, promised).seen.at(0);
    EXPECT_TRUE(result.warnings.empty() && result.pages.empty())
        << cell.stream.experts << " experts, phi " << cell.stream.phi
        << ", topics " << cell.stream.topics << ": "
        << (result.warnings.empty() ? result.pages : result.warnings)
               .begin()
               ->first;
  }
}

TEST(Calibration, larger_shifts_are_seen_sooner) {
  const auto registry = core_registry();
  const NullStream stream{.phi = 9};
  const auto small = delay(stream, 1.3, registry, {});
  const auto large = delay(stream, 3, registry, {});
  EXPECT_GT(small, 0);
  EXPECT_LE(small, 1000);
  EXPECT_GT(large, 0);
  EXPECT_LE(large, small);
}

TEST(Calibration, what_never_changes_is_never_seen) {
  EXPECT_EQ(delay({.phi = 9}, 1, core_registry(), {}), -1);
}

// 1 % where tokens are independent, nearly always where they are not.
TEST(Calibration, tells_how_often_a_naive_test_would_cry_wolf) {
  const auto registry = core_registry();
  const auto naive = [&](double phi) {
    const NullStream stream{.phi = phi, .wander = 0};
    return calibrate({.stream = stream, .steps = 1000}, registry, {}).naive;
  };
  EXPECT_LT(naive(1), 0.03);
  EXPECT_GT(naive(9), 0.95);
}

}  // namespace
}  // namespace moestro
