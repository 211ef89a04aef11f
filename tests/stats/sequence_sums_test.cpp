// SPDX-License-Identifier: Apache-2.0
// What is kept of the sequences gives what their rows give, by the definitions.
#include "moestro/stats/sequence_sums.h"

#include <cmath>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/stats/dispersion.h"
#include "moestro/stats/second_order.h"
#include "tests/stats/clustered.h"

namespace moestro {
namespace {

// Three sequences of different lengths, one of them empty; four experts.
const std::vector<int64_t> kRows_SE = {
    7, 3, 2, 0, 0, 0, 0, 0, 1, 9, 4, 6, 5, 5, 2, 2};
const std::vector<int64_t> kTokens_S = {6, 0, 10, 7};

// Z_se = (n_se - m_s q_e) / sqrt m_s, from the rows themselves.
std::vector<std::vector<double>> gaps(
    const std::vector<int64_t>& rows_SE, const std::vector<int64_t>& tokens_S) {
  const auto E = rows_SE.size() / tokens_S.size();
  std::vector<double> share(E);
  double tokens = 0;
  for (size_t s = 0; s < tokens_S.size(); ++s) {
    tokens += static_cast<double>(tokens_S[s]);
    for (size_t e = 0; e < E; ++e) {
      share[e] += static_cast<double>(rows_SE[s * E + e]);
    }
  }
  std::vector<std::vector<double>> gap_SE;
  for (size_t s = 0; s < tokens_S.size(); ++s) {
    const auto m = static_cast<double>(tokens_S[s]);
    for (size_t e = 0; m > 0 && e < E; ++e) {
      gap_SE.resize(e == 0 ? gap_SE.size() + 1 : gap_SE.size());
      gap_SE.back().push_back(
          (static_cast<double>(rows_SE[s * E + e]) - m * share[e] / tokens) /
          std::sqrt(m));
    }
  }
  return gap_SE;
}

double spread_of(const std::vector<std::vector<double>>& gap_SE, size_t e) {
  double sum = 0;
  for (const auto& row : gap_SE) {
    sum += row[e] * row[e];
  }
  return sum;
}

// tr W^p of W = Z' Z, by loops.
double trace_of_power(const std::vector<std::vector<double>>& gap_SE, int p) {
  const auto E = gap_SE[0].size();
  std::vector<std::vector<double>> w(E, std::vector<double>(E)), power = w;
  for (size_t a = 0; a < E; ++a) {
    power[a][a] = 1;
    for (size_t b = 0; b < E; ++b) {
      for (const auto& row : gap_SE) {
        w[a][b] += row[a] * row[b];
      }
    }
  }
  for (; p > 0; --p) {
    auto next = std::vector<std::vector<double>>(E, std::vector<double>(E));
    for (size_t a = 0; a < E; ++a) {
      for (size_t b = 0; b < E; ++b) {
        for (size_t c = 0; c < E; ++c) {
          next[a][b] += power[a][c] * w[c][b];
        }
      }
    }
    power = next;
  }
  double trace = 0;
  for (size_t e = 0; e < E; ++e) {
    trace += power[e][e];
  }
  return trace;
}

void expect_same(
    const std::vector<int64_t>& rows_SE, const std::vector<int64_t>& tokens_S) {
  const SequenceRows rows(rows_SE, tokens_S);
  const auto gap_SE = gaps(rows_SE, tokens_S);
  for (size_t e = 0; e < gap_SE[0].size(); ++e) {
    EXPECT_NEAR(rows.view().spread(e), spread_of(gap_SE, e), 1e-9);
  }
  const double second = trace_of_power(gap_SE, 2);
  const double third = trace_of_power(gap_SE, 3);
  EXPECT_NEAR(rows.sums().traces.at(0) / second, 1, 1e-12);
  EXPECT_NEAR(rows.sums().traces.at(1) / third, 1, 1e-12);
}

TEST(SequenceSums, are_those_of_the_rows) {
  expect_same(kRows_SE, kTokens_S);
}

TEST(SequenceSums, are_those_of_the_rows_with_more_and_fewer_sequences) {
  std::mt19937_64 random(5);
  for (const size_t sequences : {5U, 40U}) {
    const ClusteredShape shape{.experts = 16, .sequences = sequences};
    const auto batch = dirichlet_batch(shape, 2, random);
    expect_same(batch.demand_SE, batch.tokens_S);
  }
}

TEST(SequenceSums, do_not_depend_on_the_split_into_batches) {
  SequenceRows parts;
  parts.add(std::span(kRows_SE).first(8), std::span(kTokens_S).first(2));
  parts.add(std::span(kRows_SE).subspan(8), std::span(kTokens_S).subspan(2));
  parts.work_out_traces();
  const SequenceRows whole(kRows_SE, kTokens_S);
  EXPECT_EQ(parts.sums().square, whole.sums().square);
  EXPECT_EQ(parts.sums().traces, whole.sums().traces);
  EXPECT_EQ(parts.sums().sequences, 3);
}

TEST(SequenceSums, keep_a_small_spread_of_long_sequences) {
  const std::vector<int64_t> rows_SE = {500'001, 499'999, 499'999, 500'001};
  const std::vector<int64_t> tokens_S = {1'000'000, 1'000'000};
  const SequenceRows rows(rows_SE, tokens_S);
  EXPECT_NEAR(rows.view().spread(0), 2e-6, 1e-9);
}

TEST(SequenceSums, without_traces_loads_are_taken_to_vary_alike) {
  std::mt19937_64 random(5);
  const auto batch = leaning_batch({}, 1, 0.95, random);
  SequenceRows rows;
  rows.add(batch.demand_SE, batch.tokens_S);
  const auto spread = sequence_spread(rows.view(), 1);
  EXPECT_EQ(spread.freedom, 63);
  EXPECT_LT(
      sequence_spread(SequenceRows(batch.demand_SE, batch.tokens_S).view(), 1)
          .freedom,
      50);
}

TEST(SequenceSums, are_numbers_of_order_E) {
  std::mt19937_64 random(1);
  const ClusteredShape shape{.experts = 8, .sequences = 500, .tokens = 20};
  const auto batch = dirichlet_batch(shape, 8, random);
  const SequenceRows rows(batch.demand_SE, batch.tokens_S);
  EXPECT_EQ(rows.sums().square.size() + rows.sums().traces.size(), 10U);
  EXPECT_EQ(rows.trace_work(), 8 * 8 * 508);
}

TEST(SequenceSums, refuse_rows_of_different_widths) {
  SequenceRows rows(kRows_SE, kTokens_S);
  const int64_t row[] = {1, 2, 3};
  const int64_t tokens[] = {3};
  EXPECT_THROW(rows.add(row, tokens), ContractError);
}

}  // namespace
}  // namespace moestro
