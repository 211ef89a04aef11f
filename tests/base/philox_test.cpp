// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/philox.h"

#include <vector>

#include <gtest/gtest.h>

#include "moestro/base/permutation.h"

namespace moestro {
namespace {

// Known answers of Random123 (kat_vectors).
TEST(Philox, gives_the_published_answers) {
  EXPECT_EQ(
      philox({0, 0, 0, 0}, 0),
      (Philox4{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(
      philox({~0U, ~0U, ~0U, ~0U}, ~uint64_t{0}),
      (Philox4{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(
      philox(
          {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822),
      (Philox4{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, streams_steps_and_layers_never_meet) {
  const auto base = draw({.seed = 5}, 3);
  EXPECT_NE(base, draw({.seed = 5, .stream = 1}, 3));
  EXPECT_NE(base, draw({.seed = 5, .step = 1}, 3));
  EXPECT_NE(base, draw({.seed = 5, .layer = 1}, 3));
  EXPECT_NE(base, draw({.seed = 5}, 4));
  EXPECT_NE(base, draw({.seed = 5}, 3, 1));
}

TEST(Philox, unit_draws_stay_below_one) {
  EXPECT_EQ(to_unit(0), 0.0F);
  EXPECT_LT(to_unit(~0U), 1.0F);
}

class PermutationOf : public testing::TestWithParam<uint64_t> {};

TEST_P(PermutationOf, meets_every_item_once) {
  const auto count = GetParam();
  const Permutation shuffled(count, {.seed = 11});
  std::vector<bool> met(count);
  for (uint64_t i = 0; i < count; ++i) {
    const auto item = shuffled(i);
    ASSERT_LT(item, count);
    ASSERT_FALSE(met[item]);
    met[item] = true;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, PermutationOf, testing::Values(1, 2, 3, 5, 64, 1000, 65537));

TEST(Permutation, depends_on_the_key) {
  const Permutation a(1000, {.seed = 1}), b(1000, {.seed = 2});
  int same = 0;
  for (uint64_t i = 0; i < 1000; ++i) {
    same += a(i) == b(i) ? 1 : 0;
  }
  EXPECT_LT(same, 20);
}

}  // namespace
}  // namespace moestro
