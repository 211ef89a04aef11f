// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/similarity.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

#include "moestro/base/error.h"
#include "moestro/stats/mean.h"

namespace moestro {
namespace {

constexpr auto kUnknown = std::numeric_limits<double>::quiet_NaN();

std::vector<int64_t> sorted_set(std::span<const int64_t> ids) {
  std::vector<int64_t> sorted(ids.begin(), ids.end());
  std::ranges::sort(sorted);
  require(
      std::ranges::adjacent_find(sorted) == sorted.end(),
      "[jaccard] every id of a set stands once");
  return sorted;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

bool symmetric(const Table& t) {
  for (int64_t i = 0; i < t.rows * t.columns; ++i) {
    const auto row = i / t.columns, column = i % t.columns;
    if (t.at(row, column) != t.at(column, row)) {
      return false;
    }
  }
  return true;
}

}  // namespace

double jaccard(std::span<const int64_t> a, std::span<const int64_t> b) {
  std::vector<int64_t> both;
  std::ranges::set_intersection(
      sorted_set(a), sorted_set(b), std::back_inserter(both));
  const auto all = static_cast<double>(a.size() + b.size() - both.size());
  return all > 0 ? static_cast<double>(both.size()) / all : 1;
}

double pearson(std::span<const double> x, std::span<const double> y) {
  require(x.size() == y.size(), "[pearson] as many values on either side");
  const auto a = centred(x), b = centred(y);
  const double scale = std::sqrt(dot(a, a)) * std::sqrt(dot(b, b));
  return scale > 0 ? std::clamp(dot(a, b) / scale, -1.0, 1.0) : kUnknown;
}

Table coactivation_lift(
    const Table& together_EE, int64_t tokens, int64_t top_k) {
  const auto E = together_EE.rows;
  require(
      together_EE.columns == E && symmetric(together_EE) && tokens > 0,
      "[co-activation] a symmetric table of pairs, and tokens");
  require(
      top_k >= 2 && top_k < E,
      "[co-activation] 2 <= K < E: with K = 1 nobody shares a token");
  const auto K = static_cast<double>(top_k);
  const double null =
      K * static_cast<double>(E - 1) / ((K - 1) * static_cast<double>(E));
  Table lift_EE(E, E);
  for (int64_t a = 0; a < E; ++a) {
    for (int64_t b = 0; b < E; ++b) {
      const double expected = together_EE.at(a, a) * together_EE.at(b, b) /
                              static_cast<double>(tokens);
      lift_EE.at(a, b) = a != b && expected > 0
                             ? together_EE.at(a, b) / expected * null
                             : kUnknown;
    }
  }
  return lift_EE;
}

}  // namespace moestro
