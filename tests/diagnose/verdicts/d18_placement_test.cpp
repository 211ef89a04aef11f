// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D18, one_device_waits_and_loads_are_even) {
  EXPECT_GT(
      confidence("d18-placement", case_of({alarm("A23", Level::kWarn, 90, 1)})),
      0.7);
}

TEST(D18, uneven_experts_explain_uneven_devices) {
  EXPECT_LT(
      confidence(
          "d18-placement",
          case_of(
              {alarm("A01", Level::kPage, 80, 1),
               alarm("A23", Level::kInfo, 90, 1)})),
      kLowConfidence);
}

}  // namespace
}  // namespace moestro
