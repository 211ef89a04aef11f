// SPDX-License-Identifier: Apache-2.0
// Tokens bid for places. A token without a place takes its best expert at the
// present prices, v1 = max (s - p), v2 the second best, and bids up to where
// the second best would be as good, plus epsilon:
//   bid = p + v1 - v2 + epsilon.
// An expert keeps its c highest bids; once full its price is the lowest of
// them. When nobody waits, every token is within epsilon of its favourite, so
// the gap is at most (copies) * epsilon. (Bertsekas and Castanon 1989.)
//
// Prices left over from a coarser epsilon would stay on experts that end with
// free room, where they must be 0. So room beyond T k is filled by idle copies
// that score 0 everywhere: they settle within epsilon of the lowest price, and
// that price counts as 0.
//
// Rows are padded to 16 lanes; see top_two.h.
#include "moestro/plan/bidding.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace moestro {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr float kNoPrice = std::numeric_limits<float>::infinity();
constexpr float kDearest = std::numeric_limits<float>::max() / 4;
constexpr int32_t kNone = -1;
constexpr int64_t kBidsPerCopy = 200;

int64_t idle_copies(const AssignmentProblem& p) {
  int64_t places = 0;
  for (const auto c : p.capacity_E) {
    places += std::min(c, p.tokens);
  }
  return places - p.tokens * p.top_k;
}

struct Range {
  double least, most;
};

// Of what is not -inf; least > most where nothing is. Eight side by side: each
// waits only for itself.
Range finite_range(std::span<const double> values) {
  constexpr size_t kLanes = 8;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double least[kLanes], most[kLanes];
  std::fill_n(least, kLanes, kInfinity);
  std::fill_n(most, kLanes, -kInfinity);
  const auto take = [&](size_t j, double v) {
    const double low = v == -kInfinity ? kInfinity : v;
    least[j] = low < least[j] ? low : least[j];
    most[j] = v > most[j] ? v : most[j];
  };
  size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      take(j, values[i + j]);
    }
  }
  for (; i < values.size(); ++i) {
    take(0, values[i]);
  }
  return {
      *std::min_element(least, least + kLanes),
      *std::max_element(most, most + kLanes)};
}

}  // namespace

bool worth_bidding(const AssignmentProblem& p) {
  return idle_copies(p) <= p.tokens * p.top_k;
}

Bidding::Bidding(
    const AssignmentProblem& p, std::span<const double> start_prices_E)
    : p_(p),
      T_(static_cast<size_t>(p.tokens)),
      E_(static_cast<size_t>(p.experts)),
      K_(static_cast<size_t>(p.top_k)),
      width_(padded_lanes(E_)),
      idle_(static_cast<size_t>(idle_copies(p))),
      rows_(T_ * width_, kNever),
      prices_(width_, 0),
      kept_K_(K_),
      idle_row_(width_, kNever),
      chosen_(T_ * K_ + idle_, kNone),
      bids_E_(E_) {
  take_scores();
  std::fill_n(idle_row_.begin(), E_, 0.0F);
  if (start_prices_E.empty()) {
    start_from_means();
  }
  for (size_t e = 0; e < start_prices_E.size(); ++e) {
    prices_[e] =
        static_cast<float>(std::min(start_prices_E[e] / unit_, 2 * range_));
  }
  for (size_t e = 0; e < E_; ++e) {
    prices_[e] = capacity(e) == 0 ? kDearest : prices_[e];
  }
}

// In units that single precision holds, whatever the scores' are.
void Bidding::take_scores() {
  constexpr int kMost = 1000;  // 2^1000 and its inverse are doubles
  const auto [least, most] = finite_range(p_.scores_TE);
  const bool any = least <= most;
  const double largest = any ? std::max(std::abs(most), std::abs(least)) : 0;
  const int exponent =
      largest > 0 ? std::clamp(std::ilogb(largest), -kMost, kMost) : 0;
  unit_ = std::ldexp(1.0, exponent);
  const double inverse = 1 / unit_;
  range_ = any ? most * inverse - least * inverse : 0;
  largest_ = largest * inverse;
  for (size_t t = 0; t < T_; ++t) {
    const auto row_E = p_.scores_TE.subspan(t * E_, E_);
    std::ranges::transform(row_E, &rows_[t * width_], [inverse](double s) {
      return static_cast<float>(s * inverse);
    });
  }
}

// An expert that everybody likes more will cost more: that much need not be
// found out bid by bid. Nothing is known where a pair is forbidden.
void Bidding::start_from_means() {
  std::vector<float> sum_E(width_);
  for (size_t t = 0; t < T_; ++t) {
    for (size_t e = 0; e < width_; ++e) {
      sum_E[e] += rows_[t * width_ + e];
    }
  }
  float least = kNoPrice;
  for (size_t e = 0; e < E_; ++e) {
    least = sum_E[e] == kNever ? least : std::min(least, sum_E[e]);
  }
  for (size_t e = 0; e < E_; ++e) {
    const float ahead = (sum_E[e] - least) / static_cast<float>(T_);
    prices_[e] = std::isfinite(ahead) ? ahead : 0;
  }
}

double Bidding::least_epsilon() const {
  const double rounding = std::ldexp(std::max(largest_, range_), -20);
  return std::max(rounding, double{std::numeric_limits<float>::min()});
}

bool Bidding::phase(double epsilon) {
  const auto eps = static_cast<float>(epsilon);
  release_unhappy(eps);
  auto left = kBidsPerCopy * static_cast<int64_t>(chosen_.size());
  while (!waiting_.empty() && left-- > 0) {
    const auto token = waiting_.front();
    waiting_.pop_front();
    bid(token, eps);
  }
  return waiting_.empty();
}

// Keeps who is within epsilon of the best that it might have instead. A token
// of k = 1 compares its expert with itself too, which changes nothing.
void Bidding::release_unhappy(float epsilon) {
  for (auto& bids : bids_E_) {
    bids.clear();
  }
  waiting_.clear();
  for (size_t t = 0; t < T_ + idle_; ++t) {
    const auto token = static_cast<int32_t>(t);
    keep_from(token, best_two(token).first - epsilon);
  }
  for (auto& bids : bids_E_) {
    std::ranges::make_heap(bids, std::greater<>());
  }
}

void Bidding::keep_from(int32_t token, float least) {
  for (auto& e : chosen(token)) {
    const auto at = static_cast<size_t>(e);
    if (e == kNone || row(token)[at] - prices_[at] < least) {
      e = kNone;
      waiting_.push_back(token);
    } else {
      bids_E_[at].push_back(bid_of(prices_[at], token));
    }
  }
}

// What the token has already is out of reach for the moment.
TopTwo Bidding::best_two(int32_t token) {
  if (K_ == 1) {
    return top_two(row(token), prices_.data(), width_);
  }
  const auto held = chosen(token);
  for (size_t i = 0; i < held.size(); ++i) {
    if (held[i] != kNone) {
      kept_K_[i] =
          std::exchange(prices_[static_cast<size_t>(held[i])], kNoPrice);
    }
  }
  const auto best = top_two(row(token), prices_.data(), width_);
  for (size_t i = 0; i < held.size(); ++i) {
    if (held[i] != kNone) {
      prices_[static_cast<size_t>(held[i])] = kept_K_[i];
    }
  }
  return best;
}

void Bidding::bid(int32_t token, float epsilon) {
  const auto best = best_two(token);
  const auto e = static_cast<size_t>(best.index);
  if (best.first == kNever || capacity(e) == 0) {  // nothing left it may use
    waiting_.push_back(token);
    return;
  }
  // Without an alternative, as if the next were worse than anything.
  const float lead =
      std::min(best.first - best.second, static_cast<float>(range_));
  place(e, bid_of(prices_[e] + lead + epsilon, token));
}

void Bidding::place(size_t e, const Bid& bid) {
  auto& bids = bids_E_[e];
  if (bids.size() == capacity(e)) {
    dismiss(bidder(bids.front()), e);
    replace_top(bids, bid, std::greater<>());
  } else {
    bids.push_back(bid);
    std::ranges::push_heap(bids, std::greater<>());
  }
  *std::ranges::find(chosen(bidder(bid)), kNone) = static_cast<int32_t>(e);
  if (bids.size() == capacity(e)) {
    prices_[e] = std::max(prices_[e], bids.front().value());
  }
}

void Bidding::dismiss(int32_t token, size_t e) {
  *std::ranges::find(chosen(token), static_cast<int32_t>(e)) = kNone;
  waiting_.push_back(token);
}

const float* Bidding::row(int32_t token) const {
  const auto t = static_cast<size_t>(token);
  return t < T_ ? &rows_[t * width_] : idle_row_.data();
}

std::span<int32_t> Bidding::chosen(int32_t token) {
  const auto t = static_cast<size_t>(token);
  return t < T_ ? std::span(chosen_).subspan(t * K_, K_)
                : std::span(chosen_).subspan(T_ * K_ + t - T_, 1);
}

size_t Bidding::capacity(size_t e) const {
  return static_cast<size_t>(std::min(p_.capacity_E[e], p_.tokens));
}

std::vector<double> Bidding::prices() const {
  // The dearest place that an idle copy has; without them, the cheapest of all.
  float free = 0;
  for (size_t i = T_ * K_; i < chosen_.size(); ++i) {
    const auto e = static_cast<size_t>(std::max(chosen_[i], 0));
    free = std::max(free, prices_[e]);
  }
  if (idle_ == 0) {
    free = *std::min_element(
        prices_.begin(), prices_.begin() + static_cast<ptrdiff_t>(E_));
  }
  std::vector<double> prices_E(E_);
  for (size_t e = 0; e < E_; ++e) {
    // Where there is no place any price is right that keeps everybody away.
    prices_E[e] = capacity(e) == 0
                      ? unit_ * (4 * range_ + largest_)
                      : unit_ * std::max(0.0, double{prices_[e]} - free);
  }
  return prices_E;
}

std::vector<int32_t> Bidding::experts() const {
  return {chosen_.begin(), chosen_.begin() + static_cast<ptrdiff_t>(T_ * K_)};
}

}  // namespace moestro
