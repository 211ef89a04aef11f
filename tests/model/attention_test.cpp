// SPDX-License-Identifier: Apache-2.0
#include "moestro/model/attention.h"

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "moestro/tensor/initial.h"

namespace moestro {
namespace {

constexpr ModelOptions kTiny = {
    .dim = 8, .layers = 1, .heads = 2, .context = 6};

TEST(Attention, no_position_sees_a_later_one) {
  const Attention attention(kTiny, 1, 0);
  const auto x_SLD = initial_normal({1, 6, 8}, 1, {1, 0, "x"});
  const auto plain = attention.forward(x_SLD);
  auto changed_SLD = x_SLD.clone();
  changed_SLD.select(1, 4).fill_(3);
  const auto changed = attention.forward(changed_SLD);
  EXPECT_TRUE(at::equal(plain.narrow(1, 0, 4), changed.narrow(1, 0, 4)));
  EXPECT_FALSE(at::equal(plain.select(1, 4), changed.select(1, 4)));
  EXPECT_FALSE(at::equal(plain.select(1, 5), changed.select(1, 5)));
}

TEST(Attention, sequences_do_not_see_each_other) {
  const Attention attention(kTiny, 1, 0);
  const auto x_SLD = initial_normal({2, 6, 8}, 1, {1, 0, "x"});
  const auto plain = attention.forward(x_SLD);
  auto changed_SLD = x_SLD.clone();
  changed_SLD.select(0, 1).fill_(3);
  const auto changed = attention.forward(changed_SLD);
  EXPECT_TRUE(at::equal(plain.select(0, 0), changed.select(0, 0)));
}

TEST(Attention, order_of_the_past_matters) {
  const Attention attention(kTiny, 1, 0);
  const auto x_SLD = initial_normal({1, 6, 8}, 1, {1, 0, "x"});
  auto swapped_SLD = x_SLD.clone();
  swapped_SLD.select(1, 0).copy_(x_SLD.select(1, 1));
  swapped_SLD.select(1, 1).copy_(x_SLD.select(1, 0));
  EXPECT_FALSE(at::equal(
      attention.forward(x_SLD).select(1, 5),
      attention.forward(swapped_SLD).select(1, 5)));
}

TEST(Attention, shorter_sequences_than_the_context_are_read) {
  const Attention attention(kTiny, 1, 0);
  const auto x_SLD = initial_normal({3, 2, 8}, 1, {1, 0, "x"});
  EXPECT_EQ(attention.forward(x_SLD).sizes(), (at::IntArrayRef{3, 2, 8}));
}

}  // namespace
}  // namespace moestro
