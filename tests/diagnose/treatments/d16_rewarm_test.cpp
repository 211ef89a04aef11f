// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

TEST(Rewarm, a_tenth_of_the_rate_for_a_while) {
  const auto order = Made().plan("d16-rewarm").value_or(Order{});
  EXPECT_EQ(text_of(order.acts), "lr_scale: 1 -> 0.1");
  EXPECT_TRUE(order.temporary);
}

}  // namespace
}  // namespace moestro
