// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(Cv, is_one_when_half_get_everything) {
  EXPECT_DOUBLE_EQ(measure("cv", {.counts = {.demand = {4, 4, 0, 0}}}), 1.0);
}

}  // namespace
}  // namespace moestro
