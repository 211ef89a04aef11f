// SPDX-License-Identifier: Apache-2.0
#include "moestro/ops/draws.h"

#include <gtest/gtest.h>

#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

constexpr DrawKey kKey = {
    .seed = 0x1234567890ABCDEF, .stream = 77, .step = 12, .layer = 3};

TEST(draws, tensors_hold_the_integers_of_the_host) {
  const auto items =
      here(at::tensor(Ints{0, 1, 5'000'000'000, 123'456'789'012}, at::kLong));
  const auto bits = device_bits(kKey, items, 3);
  for (int64_t r = 0; r < 4; ++r) {
    for (int64_t b = 0; b < 3; ++b) {
      const auto wanted = draw(
          kKey,
          static_cast<uint64_t>(items[r].item<int64_t>()),
          static_cast<uint32_t>(b));
      for (int64_t i = 0; i < 4; ++i) {
        EXPECT_EQ(
            bits[r][b][i].item<int64_t>(), wanted[static_cast<size_t>(i)]);
      }
    }
  }
}

TEST(draws, where_items_live_elsewhere_nothing_is_read) {
  const auto items =
      at::arange(8, at::TensorOptions(at::kMeta).dtype(at::kLong));
  EXPECT_EQ(uniform_draws(kKey, items, 6).sizes(), (at::IntArrayRef{8, 6}));
  EXPECT_EQ(normal_draws(kKey, items, 5).sizes(), (at::IntArrayRef{8, 5}));
}

TEST(draws, have_the_moments_that_they_should) {
  const auto items = here(at::arange(4000));
  const auto u = uniform_draws(kKey, items, 5),
             z = normal_draws(kKey, items, 5);
  EXPECT_NEAR(u.mean().item<double>(), 0.5, 0.01);
  EXPECT_NEAR(z.mean().item<double>(), 0, 0.03);
  EXPECT_NEAR(z.std().item<double>(), 1, 0.03);
}

}  // namespace
}  // namespace moestro::test
