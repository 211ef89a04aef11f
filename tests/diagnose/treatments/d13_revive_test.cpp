// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d13-revive";

TEST(D13Revive, the_expert_with_a_matrix_of_no_length_is_revived) {
  Made made;
  made.layer(1).size_E = {1, 1.2, 0, 0.9};
  EXPECT_EQ(
      made.acts(kName),
      "revive of layer 1: expert 2 becomes a copy of expert 1 with noise of "
      "0.05");
  EXPECT_NE(made.sign(kName), "");
}

TEST(D13Revive, without_such_an_expert_nothing_is_done) {
  Made made;
  made.layer(1).size_E = {1, 1.2, 0.8, 0.9};
  EXPECT_EQ(made.acts(kName), "nothing");
  made.layer(1).size_E.clear();
  EXPECT_EQ(made.acts(kName), "nothing");
}

}  // namespace
}  // namespace moestro
