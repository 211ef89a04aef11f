// SPDX-License-Identifier: Apache-2.0
// sum_s (n_se - m_s q_e)^2 / m_s = sum_s n_se^2 / m_s - n_e^2 / M, M = sum m_s:
// the square is additive, so rows need not be kept for it. Sequences of a few
// thousand tokens lose three of sixteen digits to the difference. The traces
// are not additive in O(E) (W is), but once the rows are there they are two
// numbers.
#include "moestro/stats/sequence_sums.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "moestro/base/error.h"

namespace moestro {
namespace {

// The smaller of Z Z' and Z' Z: both have the same traces.
Eigen::MatrixXd gram_matrix(
    std::span<const int64_t> rows_SE,
    std::span<const int64_t> tokens_S,
    std::span<const double> share_E) {
  const auto S = static_cast<Eigen::Index>(tokens_S.size());
  const auto E = static_cast<Eigen::Index>(share_E.size());
  Eigen::MatrixXd gap_SE(S, E);
  for (Eigen::Index s = 0; s < S; ++s) {
    const auto m = static_cast<double>(tokens_S[static_cast<size_t>(s)]);
    for (Eigen::Index e = 0; e < E; ++e) {
      const auto n =
          static_cast<double>(rows_SE[static_cast<size_t>(s * E + e)]);
      gap_SE(s, e) = (n - m * share_E[static_cast<size_t>(e)]) / std::sqrt(m);
    }
  }
  return S < E ? Eigen::MatrixXd(gap_SE * gap_SE.transpose())
               : Eigen::MatrixXd(gap_SE.transpose() * gap_SE);
}

}  // namespace

double SequenceView::share(size_t e) const {
  return static_cast<double>(demand_E[e]) / static_cast<double>(tokens);
}

double SequenceView::spread(size_t e) const {
  const auto n = static_cast<double>(demand_E[e]);
  return std::max(0.0, sums.square[e] - n * n / static_cast<double>(tokens));
}

SequenceRows::SequenceRows(
    std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S) {
  add(demand_SE, tokens_S);
  work_out_traces();
}

void SequenceRows::add(
    std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S) {
  const auto S = tokens_S.size();
  const auto E = S > 0 ? demand_SE.size() / S : 0;
  require(
      S > 0 && demand_SE.size() == S * E &&
          (demand_E_.empty() || demand_E_.size() == E),
      "[dispersion] one row of counts a sequence");
  demand_E_.resize(E);
  sums_.square.resize(E);
  for (size_t s = 0; s < S; ++s) {
    if (tokens_S[s] <= 0) {
      continue;
    }
    const auto row_E = demand_SE.subspan(s * E, E);
    for (size_t e = 0; e < E; ++e) {
      const auto n = static_cast<double>(row_E[e]);
      demand_E_[e] += row_E[e];
      sums_.square[e] += n * n / static_cast<double>(tokens_S[s]);
    }
    rows_SE_.insert(rows_SE_.end(), row_E.begin(), row_E.end());
    tokens_S_.push_back(tokens_S[s]);
    tokens_ += tokens_S[s];
    ++sums_.sequences;
  }
}

int64_t SequenceRows::trace_work() const {
  const auto S = sums_.sequences;
  const auto E = static_cast<int64_t>(demand_E_.size());
  const auto small = std::min(S, E);
  return small * small * (std::max(S, E) + small);
}

void SequenceRows::work_out_traces() {
  std::vector<double> share_E;
  for (size_t e = 0; e < demand_E_.size() && tokens_ > 0; ++e) {
    share_E.push_back(view().share(e));
  }
  const auto gram = gram_matrix(rows_SE_, tokens_S_, share_E);
  sums_.traces = {gram.squaredNorm(), (gram * gram).cwiseProduct(gram).sum()};
}

}  // namespace moestro
