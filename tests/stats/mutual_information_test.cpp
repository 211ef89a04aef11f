// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/mutual_information.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace moestro {
namespace {

Table table_of(int64_t rows, int64_t columns, std::vector<double> cells) {
  Table t(rows, columns);
  t.cells = std::move(cells);
  return t;
}

TEST(MutualInformation, is_zero_when_rows_are_alike) {
  EXPECT_NEAR(mutual_information(table_of(2, 2, {3, 1, 6, 2})), 0, 1e-12);
}

TEST(MutualInformation, is_ln_2_when_one_of_two_tells_the_other) {
  EXPECT_NEAR(
      mutual_information(table_of(2, 2, {5, 0, 0, 5})), std::log(2), 1e-12);
}

TEST(MutualInformation, of_nothing_is_zero) {
  EXPECT_EQ(mutual_information(Table(2, 2)), 0);
}

// Independent labels: (4 - 1)(6 - 1) / (2 * 200) nats of bias.
TEST(MutualInformation, of_counts_is_freed_of_most_of_its_bias) {
  std::mt19937_64 random(4);
  std::uniform_int_distribution<int64_t> row(0, 3), column(0, 5);
  constexpr int kRounds = 500;
  double plug_in = 0, corrected = 0;
  for (int r = 0; r < kRounds; ++r) {
    Table t(4, 6);
    for (int i = 0; i < 200; ++i) {
      t.at(row(random), column(random)) += 1;
    }
    plug_in += mutual_information(t);
    corrected += corrected_information(t);
  }
  EXPECT_NEAR(plug_in / kRounds, 15 / 400.0, 0.003);
  EXPECT_NEAR(corrected / kRounds, 0, 0.003);
  EXPECT_EQ(corrected_information(Table(2, 2)), 0);
}

TEST(MutualInformation, rows_of_one_label_are_added) {
  const std::vector<int32_t> labels = {1, 0, 1};
  const auto grouped =
      group_rows(table_of(3, 2, {1, 2, 3, 4, 5, 6}), labels, 2);
  EXPECT_EQ(grouped.cells, (std::vector<double>{3, 4, 6, 8}));
}

TEST(MutualInformation, shuffling_destroys_what_labels_tell) {
  Table sequences(40, 2);
  std::vector<int32_t> labels;
  for (int32_t s = 0; s < 40; ++s) {
    labels.push_back(s % 2);
    sequences.at(s, s % 2) = 10;
  }
  EXPECT_NEAR(
      mutual_information(group_rows(sequences, labels, 2)), std::log(2), 1e-12);
  EXPECT_LT(shuffled_information(sequences, labels, 2, 20, 1), 0.1);
}

TEST(MutualInformation, the_shuffle_is_a_function_of_its_seed) {
  const auto t = table_of(4, 2, {9, 1, 8, 2, 1, 9, 2, 8});
  const std::vector<int32_t> labels = {0, 0, 1, 1};
  EXPECT_EQ(
      shuffled_information(t, labels, 2, 5, 7),
      shuffled_information(t, labels, 2, 5, 7));
}

TEST(MutualInformation, lift_is_one_at_chance) {
  EXPECT_EQ(
      lift(table_of(2, 2, {3, 1, 6, 2})).cells,
      (std::vector<double>{1, 1, 1, 1}));
  EXPECT_EQ(lift(table_of(2, 2, {5, 0, 0, 5})).at(0, 0), 2);
}

}  // namespace
}  // namespace moestro
