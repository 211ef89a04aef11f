// SPDX-License-Identifier: Apache-2.0
// The bidding of the auction, phase by phase; auction_assignment decides when
// to stop, exact_assignment starts from its prices. Not public.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"
#include "moestro/plan/heap.h"
#include "moestro/plan/top_two.h"

MOESTRO_API_BEGIN
namespace moestro {

class Bidding {
 public:
  // Takes a checked problem; prices [E] to start from, or none.
  Bidding(const AssignmentProblem&, std::span<const double> start_prices_E);

  // Everybody within epsilon of the favourite, in units of range(). False when
  // bids do not come to an end (forbidden pairs).
  [[nodiscard]] bool phase(double epsilon);

  // After a phase; experts with free room cost nothing.
  [[nodiscard]] std::vector<double> prices() const;
  [[nodiscard]] std::vector<int32_t> experts() const;  // [T, K]

  // Largest score less smallest, in units of its own.
  [[nodiscard]] double range() const { return range_; }
  // Below, prices in single precision stop rising.
  [[nodiscard]] double least_epsilon() const;

 private:
  // Price and token; the higher token loses a tie. The heap's top is the bid to
  // outbid.
  using Bid = SortWord;
  [[nodiscard]] static Bid bid_of(float price, int32_t token) {
    return {price, ~static_cast<uint32_t>(token)};
  }
  [[nodiscard]] static int32_t bidder(const Bid& bid) {
    return static_cast<int32_t>(~bid.number());
  }

  void take_scores();
  void start_from_means();
  void release_unhappy(float epsilon);
  void keep_from(int32_t token, float least);
  void bid(int32_t token, float epsilon);
  void place(size_t e, const Bid&);
  void dismiss(int32_t token, size_t e);
  [[nodiscard]] TopTwo best_two(int32_t token);
  [[nodiscard]] const float* row(int32_t token) const;
  [[nodiscard]] std::span<int32_t> chosen(int32_t token);
  [[nodiscard]] size_t capacity(size_t e) const;

  const AssignmentProblem& p_;
  size_t T_, E_, K_, width_;
  size_t idle_ = 0;  // copies without a token, numbered from T on
  double unit_ = 1;  // of scores and prices, a power of two
  double range_ = 0, largest_ = 0;  // in that unit
  std::vector<float> rows_, prices_, kept_K_, idle_row_;
  std::vector<int32_t> chosen_;           // [T, K], then one an idle copy
  std::vector<std::vector<Bid>> bids_E_;  // heaps by std::greater
  std::deque<int32_t> waiting_;           // once for every missing place
};

// Bids with idle copies take room beyond T k; more of them than this times T k
// are not worth it.
[[nodiscard]] bool worth_bidding(const AssignmentProblem&);

}  // namespace moestro
MOESTRO_API_END
