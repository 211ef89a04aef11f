// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/tile.h"

#include <limits>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro::tiles {
namespace {

Row integers(int64_t step, std::vector<int64_t> values) {
  return {step, words_of(std::span<const int64_t>(values))};
}

TEST(Tile, boundaries_are_fixed_by_the_step) {
  EXPECT_EQ(start_of(1, 1), 1);
  EXPECT_EQ(start_of(64, 1), 1);
  EXPECT_EQ(start_of(65, 1), 65);
  EXPECT_EQ(start_of(512, 8), 1);
  EXPECT_EQ(start_of(513, 8), 513);
}

TEST(Tile, gives_back_rows_of_different_widths) {
  const Tile tile{
      Word::kInteger, 65, {integers(66, {1, -2}), integers(70, {7})}};
  const auto back = decode(encode(tile), 65, "x");
  ASSERT_EQ(back.rows.size(), 2);
  EXPECT_EQ(back.word, Word::kInteger);
  EXPECT_EQ(back.rows[0].step, 66);
  EXPECT_EQ(back.rows[0].words, tile.rows[0].words);
  EXPECT_EQ(back.rows[1].step, 70);
  EXPECT_EQ(back.rows[1].words, tile.rows[1].words);
}

TEST(Tile, keeps_the_bits_of_nan) {
  const double nan = -std::numeric_limits<double>::quiet_NaN();
  const Tile tile{
      Word::kReal, 1, {{1, words_of(std::span<const double>(&nan, 1))}}};
  EXPECT_EQ(decode(encode(tile), 1, "x").rows[0].words, tile.rows[0].words);
}

TEST(Tile, every_cut_and_every_flipped_bit_is_noticed_or_harmless) {
  const Tile tile{Word::kInteger, 1, {integers(1, {1, 2, 3})}};
  const auto good = encode(tile);
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_THROW((void)decode(std::span(good).first(size), 1, "x"), Error);
  }
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= std::byte{1} << (bit % 8);
    try {
      EXPECT_EQ(decode(bad, 1, "x").rows.at(0).words, tile.rows[0].words);
    } catch (const Error&) {
      continue;
    }
  }
}

TEST(Pyramid, a_row_holds_count_least_mean_and_most) {
  const Row fine[] = {integers(9, {4, 0}), integers(11, {8, 1})};
  const auto row = coarse_row(fine, 9);
  EXPECT_EQ(
      values_of<double>(row.words),
      (std::vector<double>{2, 4, 0, 6, 0.5, 8, 1}));
}

TEST(Pyramid, rows_stand_for_fixed_stretches) {
  const Tile tile{
      Word::kInteger,
      1,
      {integers(8, {1}), integers(9, {2}), integers(16, {4})}};
  const auto rows = coarse_rows(tile, 8);
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].step, 1);
  EXPECT_EQ(rows[1].step, 9);
}

}  // namespace
}  // namespace moestro::tiles
