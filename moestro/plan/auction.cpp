// SPDX-License-Identifier: Apache-2.0
// Epsilon scaling: small epsilons alone fight long price wars, so coarse ones
// come first, each starting from the prices of the one before; the proven gap
// decides when it is enough. See bidding.cpp for a phase.
#include "moestro/plan/auction.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/plan/bidding.h"
#include "moestro/plan/exact_assignment.h"

namespace moestro {
namespace {

constexpr double kShrink = 0.25;  // of epsilon from phase to phase
constexpr double kCold = 1.0 / 50, kWarm = 1.0 / 1000;  // first, of the range

void check_options(const AssignmentProblem& p, const AuctionOptions& options) {
  require(options.gap >= 0, "[auction_assignment] the gap wanted is >= 0");
  const auto& prices_E = options.start_prices_E;
  require(
      prices_E.empty() || prices_E.size() == static_cast<size_t>(p.experts),
      "[auction_assignment] one start price an expert");
  require(
      std::ranges::all_of(prices_E, [](double v) { return v >= 0; }),
      "[auction_assignment] start prices are not negative");
}

}  // namespace

AssignmentPlan auction_assignment(
    const AssignmentProblem& p, const AuctionOptions& options) {
  check_assignment_problem(p);
  check_options(p, options);
  if (!worth_bidding(p)) {
    return exact_assignment(p, options.start_prices_E);
  }
  Bidding bidding(p, options.start_prices_E);
  const double least = bidding.least_epsilon();
  double epsilon =
      bidding.range() * (options.start_prices_E.empty() ? kCold : kWarm);
  std::vector<double> prices_E;
  for (bool last = false; !last; epsilon *= kShrink) {
    last = epsilon <= least;
    if (!bidding.phase(std::max(epsilon, least))) {
      break;
    }
    auto answer = finish_assignment(p, bidding.experts(), bidding.prices());
    if (answer.gap() <= options.gap) {
      return answer;
    }
    prices_E = std::move(answer.prices_E);
  }
  return exact_assignment(p, prices_E);
}

}  // namespace moestro
