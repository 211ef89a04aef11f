// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d05-reseed";

TEST(Reseed, long_rows_go_back_to_their_first_length) {
  Made made;
  made.layer(1).first_row_length = 0.2;
  made.layer(1).row_length_E = {0.2, 2, 0.2, 0.2};
  EXPECT_EQ(
      made.acts(kName), "router_rows of layer 1: every row to length 0.2");
  EXPECT_NE(made.sign(kName), "");
}

TEST(Reseed, rows_of_their_length_and_routers_without_rows_are_left_alone) {
  Made made;
  EXPECT_EQ(made.acts(kName), "nothing");
  made.layer(1).first_row_length = 0.2;
  made.layer(1).row_length_E = {0.3, 0.2, 0.2, 0.2};
  EXPECT_EQ(made.acts(kName), "nothing");
}

}  // namespace
}  // namespace moestro
