// SPDX-License-Identifier: Apache-2.0
// The table of run lengths: charts by thresholds, thresholds by charts.
#include "moestro/stats/run_length.h"

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

TEST(RunLength, has_the_textbook_values) {
  EXPECT_NEAR(run_length(CusumDesign{0.5, 4}), 335.5, 1);
  EXPECT_NEAR(run_length(CusumDesign{0.5, 5}), 930.9, 1);
}

struct Row {
  double k, h3, h5, h7, half, one, two, four;
};

class CusumTable : public testing::TestWithParam<Row> {};

// The table is a Markov chain's, whose thresholds come out up to 0.4 % high for
// wide charts: a chain of 1,000 states sides with the integral equation.
TEST_P(CusumTable, thresholds_and_delays) {
  const auto& r = GetParam();
  EXPECT_NEAR(cusum_threshold(r.k, 1e3), r.h3, 0.01);
  EXPECT_NEAR(cusum_threshold(r.k, 1e5) / r.h5, 1, 0.002);
  const double h = cusum_threshold(r.k, 1e7);
  EXPECT_NEAR(h / r.h7, 1, 0.004);
  const CusumDesign chart{r.k, h};
  EXPECT_NEAR(run_length(chart, 0.5) / r.half, 1, 0.02);
  EXPECT_NEAR(run_length(chart, 1) / r.one, 1, 0.03);
  EXPECT_NEAR(run_length(chart, 2) / r.two, 1, 0.05);
  EXPECT_NEAR(run_length(chart, 4) / r.four, 1, 0.03);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    CusumTable,
    testing::Values(
        Row{0.25, 8.59, 17.73, 27.01, 105, 37, 16, 7.7},
        Row{0.5, 5.07, 9.67, 14.28, 239, 29, 10, 4.6},
        Row{1, 2.67, 4.97, 7.27, 9119, 71, 8.0, 3.0}));

TEST(RunLength, of_ewma_has_the_values_of_the_table) {
  EXPECT_NEAR(ewma_limit(0.05, 1e3), 2.89, 0.02);
  EXPECT_NEAR(ewma_limit(0.05, 1e5), 4.24, 0.02);
  EXPECT_NEAR(ewma_limit(0.2, 1e3), 3.19, 0.02);
  EXPECT_NEAR(ewma_limit(0.2, 1e5), 4.39, 0.02);
  const EwmaDesign slow{0.05, ewma_limit(0.05, 1e7)};
  EXPECT_NEAR(slow.limit, 5.23, 0.02);
  EXPECT_NEAR(run_length(slow, 0.5) / 381, 1, 0.03);
  EXPECT_NEAR(run_length(slow, 1) / 33, 1, 0.03);
  EXPECT_NEAR(run_length(slow, 2) / 11, 1, 0.05);
  const EwmaDesign fast{0.2, ewma_limit(0.2, 1e7)};
  EXPECT_NEAR(fast.limit, 5.32, 0.02);
  EXPECT_NEAR(run_length(fast, 0.5) / 18551, 1, 0.03);
  EXPECT_NEAR(run_length(fast, 1) / 196, 1, 0.03);
  EXPECT_NEAR(run_length(fast, 2) / 9.7, 1, 0.05);
}

TEST(RunLength, two_ways_to_compute_it_agree) {
  for (const double k : {0.25, 0.5, 1.0}) {
    for (const double h : {1.0, 4.0, 9.0}) {
      for (const double shift : {0.0, 1.0}) {
        const CusumDesign chart{k, h};
        EXPECT_NEAR(
            run_length_by_chain(chart, shift) / run_length(chart, shift),
            1,
            2e-3);
      }
    }
  }
}

TEST(RunLength, a_fine_chain_agrees_on_a_wide_chart) {
  const CusumDesign chart{0.25, cusum_threshold(0.25, 1e7)};
  EXPECT_NEAR(run_length_by_chain(chart, 0, 1000) / 1e7, 1, 1e-2);
}

TEST(RunLength, grows_with_the_threshold) {
  double before = 0;
  for (double h = 0.5; h < 20; h += 0.5) {
    const double steps = run_length(CusumDesign{0.5, h});
    EXPECT_GT(steps, before);
    before = steps;
  }
}

TEST(RunLength, threshold_gives_back_what_was_asked) {
  for (const double steps : {10.0, 50.0, 1e4, 2e8, 1e9}) {
    for (const double k : {0.25, 1.0}) {
      EXPECT_NEAR(
          run_length(CusumDesign{k, cusum_threshold(k, steps)}) / steps,
          1,
          1e-4);
    }
  }
}

TEST(RunLength, refuses_what_makes_no_sense) {
  EXPECT_THROW((void)run_length(CusumDesign{0, 4}), ContractError);
  EXPECT_THROW((void)run_length(CusumDesign{0.5, -1}), ContractError);
  EXPECT_THROW((void)run_length(EwmaDesign{1.5, 3}), ContractError);
  EXPECT_THROW((void)cusum_threshold(0.5, 1e12), ContractError);
  // Without any memory k = 1 is exceeded every 6.3 steps.
  EXPECT_THROW((void)cusum_threshold(1, 6), ContractError);
}

}  // namespace
}  // namespace moestro
