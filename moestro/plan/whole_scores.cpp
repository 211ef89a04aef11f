// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/whole_scores.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "moestro/base/error.h"
#include "moestro/plan/top_sum.h"

namespace moestro {
namespace {

constexpr int kMostShift = 1000;

// To the nearest whole number, |x| < 2^51: there the last bit of x + 1.5 2^52
// is worth 1. Unlike std::llround it is not a call.
int64_t rounded(double x) {
  constexpr double kShift = 0x1.8p52;
  return std::bit_cast<int64_t>(x + kShift) - std::bit_cast<int64_t>(kShift);
}

}  // namespace

WholeScores::WholeScores(const AssignmentProblem& p)
    : p_(p),
      T_(static_cast<size_t>(p.tokens)),
      E_(static_cast<size_t>(p.experts)),
      K_(static_cast<size_t>(p.top_k)),
      scores_TE_(T_ * E_) {
  double most = 0;
  for (const double s : p.scores_TE) {
    most = std::isfinite(s) ? std::max(most, std::abs(s)) : most;
  }
  const auto copies =
      static_cast<int>(std::bit_width(static_cast<uint64_t>(T_ * K_ + E_)));
  const int bits = std::min(40, 59 - copies);
  const int shift = most > 0 ? bits - std::ilogb(most) - 1 : 0;
  scale_ = std::ldexp(1.0, std::min(shift, kMostShift));
  rest_ = std::ldexp(1.0, std::max(shift - kMostShift, 0));
  std::ranges::transform(p.scores_TE, scores_TE_.begin(), [&](double s) {
    return std::isinf(s) ? kForbidden : rounded(s * scale_ * rest_);
  });
}

std::vector<int64_t> WholeScores::whole(
    std::span<const double> prices_E) const {
  require(
      prices_E.empty() || prices_E.size() == E_,
      "[exact_assignment] one price an expert");
  // Further apart than any two scores, a price says nothing; and must not
  // overflow.
  const double most = std::ldexp(1.0, 41);
  std::vector<int64_t> whole_E(E_);
  for (size_t e = 0; e < prices_E.size(); ++e) {
    require(prices_E[e] >= 0, "[exact_assignment] prices are not negative");
    whole_E[e] = rounded(std::min(prices_E[e] * scale_ * rest_, most));
  }
  return whole_E;
}

std::vector<double> WholeScores::real(std::span<const int64_t> prices_E) const {
  std::vector<double> real_E(E_);
  std::ranges::transform(prices_E, real_E.begin(), [&](int64_t price) {
    return static_cast<double>(price) / scale_ / rest_;
  });
  return real_E;
}

void WholeScores::values(
    size_t token,
    std::span<const int64_t> prices_E,
    std::span<int64_t> values_E) const {
  const auto* scores_E = row(token);
  for (size_t e = 0; e < E_; ++e) {
    values_E[e] = scores_E[e] - prices_E[e];
  }
}

int64_t WholeScores::objective(std::span<const int32_t> experts_TK) const {
  int64_t sum = 0;
  for (size_t i = 0; i < experts_TK.size(); ++i) {
    sum += row(i / K_)[static_cast<size_t>(experts_TK[i])];
  }
  return sum;
}

int64_t WholeScores::bound(std::span<const int64_t> prices_E) const {
  int64_t sum = 0;
  for (size_t e = 0; e < E_; ++e) {
    sum += prices_E[e] * std::min(p_.capacity_E[e], p_.tokens);
  }
  std::vector<int64_t> values_E(E_);
  for (size_t t = 0; t < T_; ++t) {
    values(t, prices_E, values_E);
    sum += top_sum(std::span(values_E), p_.top_k);
  }
  return sum;
}

}  // namespace moestro
