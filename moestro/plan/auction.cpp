// SPDX-License-Identifier: Apache-2.0
// Tokens bid for places. A token without a place takes its best expert at the
// present prices, v1 = max (s - p), v2 the second best, and bids up to where
// the second best would be as good, plus epsilon:
//   bid = p + v1 - v2 + epsilon.
// An expert keeps its c highest bids; once full its price is the lowest of
// them. When nobody is left, every token is within epsilon of its favourite, so
// the gap is at most T k epsilon; coarse epsilons first, because small ones
// alone fight long price wars. An expert that is not full must cost nothing:
// where a price is left over from before, it is dropped and those who now
// prefer it bid again.
//
// Rows are padded to 16 lanes so that the scan for the two best runs in vector
// registers; the scan is only maxima and minima, so all instruction sets agree.
#include "moestro/plan/auction.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>

#include "moestro/base/failure.h"
#include "moestro/plan/exact_assignment.h"
#include "moestro/plan/top_two.h"

namespace moestro {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr int32_t kNone = -1;
constexpr int kRepairs = 8;       // rounds that drop left-over prices
constexpr double kShrink = 0.25;  // of epsilon from phase to phase
constexpr int64_t kBidsPerCopy = 500;

struct Bid {
  float price;
  int32_t token;
  // The heap's top is the bid to outbid: lowest price, then highest token.
  bool operator<(const Bid& other) const {
    return price != other.price ? price > other.price : token < other.token;
  }
};

class Auction {
 public:
  Auction(const AssignmentProblem& p, std::span<const double> start_prices_E)
      : p_(p),
        T_(static_cast<size_t>(p.tokens)),
        E_(static_cast<size_t>(p.experts)),
        K_(static_cast<size_t>(p.top_k)),
        width_(padded_lanes(E_)),
        rows_(T_ * width_, kNever),
        prices_(width_, 0),
        values_(width_, kNever),
        experts_TK_(T_ * K_, kNone),
        bids_E_(E_) {
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (size_t i = 0; i < T_ * E_; ++i) {
      const double s = p.scores_TE[i];
      rows_[i / E_ * width_ + i % E_] = static_cast<float>(s);
      if (std::isfinite(s)) {
        least = std::min(least, s);
        most = std::max(most, s);
      }
    }
    range_ = most - least;
    largest_ = std::max(std::abs(most), std::abs(least));
    for (size_t e = 0; e < start_prices_E.size(); ++e) {
      prices_[e] = static_cast<float>(std::min(start_prices_E[e], 2 * range_));
    }
  }

  // False when bids do not come to an end.
  bool phase(double epsilon);
  [[nodiscard]] Assignment answer() const;
  [[nodiscard]] double range() const { return range_; }
  // Below, prices in single precision stop rising.
  [[nodiscard]] double least_epsilon() const {
    return std::ldexp(std::max(largest_, range_), -20);
  }

 private:
  void release_unhappy(float epsilon);
  bool bid_until_placed(float epsilon);
  bool drop_left_over_prices();
  void bid(int32_t token, float epsilon);
  void place(size_t e, const Bid&);
  void evict_lowest(size_t e);
  [[nodiscard]] TopTwo best_two(int32_t token);

  [[nodiscard]] std::span<int32_t> chosen(int32_t t) {
    return std::span(experts_TK_).subspan(static_cast<size_t>(t) * K_, K_);
  }
  [[nodiscard]] size_t capacity(size_t e) const {
    return static_cast<size_t>(std::min(p_.capacity_E[e], p_.tokens));
  }

  const AssignmentProblem& p_;
  size_t T_, E_, K_, width_;
  double range_ = 0, largest_ = 0;
  std::vector<float> rows_, prices_, values_;
  std::vector<int32_t> experts_TK_;
  std::vector<std::vector<Bid>> bids_E_;  // heaps
  std::deque<int32_t> waiting_;           // once for every missing place
};

bool Auction::phase(double epsilon) {
  const auto eps = static_cast<float>(epsilon);
  release_unhappy(eps);
  for (int repair = 0; bid_until_placed(eps); ++repair) {
    if (repair == kRepairs || !drop_left_over_prices()) {
      return true;
    }
    release_unhappy(eps);
  }
  return false;
}

// Keeps who is within epsilon of the best that it does not have.
void Auction::release_unhappy(float epsilon) {
  for (auto& bids : bids_E_) {
    bids.clear();
  }
  waiting_.clear();
  for (size_t t = 0; t < T_; ++t) {
    const auto token = static_cast<int32_t>(t);
    const float best = best_two(token).first - epsilon;
    for (auto& e : chosen(token)) {
      const auto at = static_cast<size_t>(e);
      if (e != kNone && rows_[t * width_ + at] - prices_[at] >= best) {
        bids_E_[at].push_back({prices_[at], token});
        continue;
      }
      e = kNone;
      waiting_.push_back(token);
    }
  }
  for (auto& bids : bids_E_) {
    std::make_heap(bids.begin(), bids.end());
  }
}

bool Auction::bid_until_placed(float epsilon) {
  auto left = kBidsPerCopy * static_cast<int64_t>(T_ * K_);
  while (!waiting_.empty() && left-- > 0) {
    const auto token = waiting_.front();
    waiting_.pop_front();
    bid(token, epsilon);
  }
  return waiting_.empty();
}

bool Auction::drop_left_over_prices() {
  bool any = false;
  for (size_t e = 0; e < E_; ++e) {
    if (bids_E_[e].size() < capacity(e) && prices_[e] > 0) {
      prices_[e] = 0;
      any = true;
    }
  }
  return any;
}

TopTwo Auction::best_two(int32_t token) {
  const float* row = &rows_[static_cast<size_t>(token) * width_];
  subtract(row, prices_.data(), values_.data(), width_);
  for (const auto e : chosen(token)) {
    if (e != kNone) {
      values_[static_cast<size_t>(e)] = kNever;
    }
  }
  return top_two(values_.data(), width_);
}

void Auction::bid(int32_t token, float epsilon) {
  auto best = best_two(token);
  if (best.first == kNever) {  // nothing left that it may use
    waiting_.push_back(token);
    return;
  }
  // Without an alternative, as if the next were worse than anything.
  const float lead = best.second == kNever ? static_cast<float>(range_)
                                           : best.first - best.second;
  const auto e = static_cast<size_t>(best.index);
  place(e, {prices_[e] + lead + epsilon, token});
}

void Auction::place(size_t e, const Bid& bid) {
  auto& bids = bids_E_[e];
  const auto room = capacity(e);
  if (room == 0) {
    prices_[e] = std::numeric_limits<float>::max();
    waiting_.push_back(bid.token);
    return;
  }
  if (bids.size() == room) {
    evict_lowest(e);
  }
  bids.push_back(bid);
  std::push_heap(bids.begin(), bids.end());
  *std::ranges::find(chosen(bid.token), kNone) = static_cast<int32_t>(e);
  if (bids.size() == room) {
    prices_[e] = std::max(prices_[e], bids.front().price);
  }
}

void Auction::evict_lowest(size_t e) {
  auto& bids = bids_E_[e];
  std::pop_heap(bids.begin(), bids.end());
  const auto loser = bids.back().token;
  bids.pop_back();
  *std::ranges::find(chosen(loser), static_cast<int32_t>(e)) = kNone;
  waiting_.push_back(loser);
}

Assignment Auction::answer() const {
  std::vector<double> prices_E(
      prices_.begin(), prices_.begin() + static_cast<ptrdiff_t>(E_));
  // Nobody may use an expert without places; its price must not overflow.
  for (size_t e = 0; e < E_; ++e) {
    prices_E[e] = capacity(e) == 0 ? 4 * range_ + largest_ : prices_E[e];
  }
  return finish_assignment(p_, experts_TK_, std::move(prices_E));
}

// The gap is at most epsilon * T k over the objective, and about half of that.
double first_epsilon(const Auction& auction, bool warm) {
  return auction.range() / (warm ? 1000 : 50);
}

}  // namespace

Assignment auction_assignment(
    const AssignmentProblem& p, const AuctionOptions& options) {
  check_assignment_problem(p);
  require(options.gap >= 0, "[auction_assignment] the gap wanted is >= 0");
  require(
      options.start_prices_E.empty() ||
          options.start_prices_E.size() == static_cast<size_t>(p.experts),
      "[auction_assignment] one start price an expert");
  Auction auction(p, options.start_prices_E);
  double epsilon = std::max(
      first_epsilon(auction, !options.start_prices_E.empty()),
      auction.least_epsilon());
  std::vector<double> prices_E;
  while (auction.phase(epsilon)) {
    auto answer = auction.answer();
    if (answer.gap() <= options.gap) {
      return answer;
    }
    prices_E = std::move(answer.prices_E);
    if (epsilon <= auction.least_epsilon()) {
      break;
    }
    epsilon = std::max(epsilon * kShrink, auction.least_epsilon());
  }
  return exact_assignment(p, prices_E);
}

}  // namespace moestro
