// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <gtest/gtest.h>

#include "moestro/train/data/repetition.h"

namespace moestro {
namespace {

Repetition of(std::string_view text) {
  return repetition(
      {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(Repetition, counts_different_bytes) {
  EXPECT_DOUBLE_EQ(of("abab").distinct, 0.5);
  EXPECT_EQ(of("").distinct, 0);
}

// Nine 8-grams of which the last is the first again.
TEST(Repetition, counts_8_grams_that_stood_there_before) {
  EXPECT_DOUBLE_EQ(of("abcdefghabcdefgh").repeated, 1. / 9);
  EXPECT_DOUBLE_EQ(of("aaaaaaaaaaaa").repeated, 4. / 5);
  EXPECT_EQ(of("abcdefg").repeated, 0);
}

}  // namespace
}  // namespace moestro
