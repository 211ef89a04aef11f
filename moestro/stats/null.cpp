// SPDX-License-Identifier: Apache-2.0
// Few tokens: every token picks a K-subset (Floyd's algorithm). Few tokens an
// expert: independent counts, then single hits taken or given until they add up
// to T K. That is the multinomial exactly for Poisson counts and K = 1; for
// K > 1 binomial counts of T' tokens with q' = (K-1)/(E-1), T' q' = T q, have
// the right variance given the sum. Many: n_e is binomial(T, q = K/E) with the
// covariance of the centring matrix, so n = Tq + s * w, where w are centred
// normals with the binomial's skewness put in by Cornish-Fisher, w = g + c/6 *
// (g^2 - 1), c = (1 - 2q) / s.
#include "moestro/stats/null.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>

#include "moestro/base/draws.h"
#include "moestro/base/failure.h"

namespace moestro {
namespace {

constexpr double kFewTokens = 24;    // an expert; below: whole counts
constexpr int64_t kFewDraws = 2000;  // of a batch; below: token by token

// Start-up must not wait: fewer for many experts, whose maxima vary less.
int64_t repetitions_for(const RoutingShape& shape) {
  constexpr int64_t kDraws = 1'200'000;
  return std::clamp(kDraws / shape.experts, int64_t{250}, int64_t{4000});
}

Philox4 null_block(uint64_t repetition, uint32_t block) {
  constexpr uint64_t kSeed = 0x6d6f6573746f6e75;
  return philox(
      {static_cast<uint32_t>(repetition),
       static_cast<uint32_t>(repetition >> 32U),
       block,
       0},
      kSeed);
}

// In (0, 1).
double uniform(Draws& draws) {
  return (draws.next() + 0.5) * 0x1p-32;
}

double normal(Draws& draws) {
  const double u = uniform(draws);
  const double v = uniform(draws);
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

void pick_subset(
    const RoutingShape& shape, Draws& draws, std::vector<int64_t>& chosen_K) {
  chosen_K.clear();
  for (auto last = shape.experts - shape.top_k; last < shape.experts; ++last) {
    const int64_t e = draws.below(static_cast<uint64_t>(last) + 1);
    const bool taken = std::ranges::find(chosen_K, e) != chosen_K.end();
    chosen_K.push_back(taken ? last : e);
  }
}

double max_vio_of(
    const RoutingShape& shape, const std::vector<int64_t>& demand_E) {
  const auto most = static_cast<double>(std::ranges::max(demand_E));
  return most * static_cast<double>(shape.experts) /
             static_cast<double>(shape.tokens * shape.top_k) -
         1;
}

double max_vio_by_token(const RoutingShape& shape, Draws& draws) {
  std::vector<int64_t> demand_E(static_cast<size_t>(shape.experts));
  std::vector<int64_t> chosen_K;
  for (int64_t t = 0; t < shape.tokens; ++t) {
    pick_subset(shape, draws, chosen_K);
    for (const auto e : chosen_K) {
      ++demand_E[static_cast<size_t>(e)];
    }
  }
  return max_vio_of(shape, demand_E);
}

// Independent counts of one expert.
class CountLaw {
 public:
  explicit CountLaw(const RoutingShape& shape)
      : mean_(
            static_cast<double>(shape.tokens * shape.top_k) /
            static_cast<double>(shape.experts)),
        chance_(
            static_cast<double>(shape.top_k - 1) /
            static_cast<double>(shape.experts - 1)),
        trials_(chance_ > 0 ? std::round(mean_ / chance_) : 0) {
    // Upwards from 0, where the chance does not underflow: the mean is small.
    const double odds = chance_ / (1 - chance_);
    double term =
        chance_ > 0 ? std::pow(1 - chance_, trials_) : std::exp(-mean_);
    double sum = term;
    for (double n = 1; sum < 1 - 1e-9 && term > 0; ++n) {
      below_.push_back(sum);
      term *= chance_ > 0 ? (trials_ - n + 1) / n * odds : mean_ / n;
      sum += term;
    }
  }

  [[nodiscard]] int64_t draw(Draws& draws) const {
    return std::ranges::upper_bound(below_, uniform(draws)) - below_.begin();
  }
  // How likely an expert with so many hits gets one more, over the most likely.
  [[nodiscard]] double room(int64_t count) const {
    return chance_ > 0 ? 1 - static_cast<double>(count) / trials_ : 1;
  }

 private:
  double mean_, chance_, trials_;
  std::vector<double> below_;  // chance of a count of at most the index
};

double max_vio_by_counts(
    const RoutingShape& shape, const CountLaw& law, Draws& draws) {
  std::vector<int64_t> demand_E(static_cast<size_t>(shape.experts));
  int64_t missing = shape.tokens * shape.top_k;
  for (auto& n : demand_E) {
    n = law.draw(draws);
    missing -= n;
  }
  const auto most = static_cast<double>(std::ranges::max(demand_E));
  while (missing != 0) {
    auto& n = demand_E[draws.below(demand_E.size())];
    const double chance =
        missing > 0 ? law.room(n) : static_cast<double>(n) / most;
    if (uniform(draws) < chance) {
      n += missing > 0 ? 1 : -1;
      missing += missing > 0 ? -1 : 1;
    }
  }
  return max_vio_of(shape, demand_E);
}

double max_vio_by_normal(const RoutingShape& shape, Draws& draws) {
  const auto E = static_cast<double>(shape.experts);
  const double q = static_cast<double>(shape.top_k) / E;
  const double mean = q * static_cast<double>(shape.tokens);
  const double spread = std::sqrt(mean * (1 - q));
  const double skew = (1 - 2 * q) / spread / 6;
  double sum = 0;
  double most = -std::numeric_limits<double>::infinity();
  for (int64_t e = 0; e < shape.experts; ++e) {
    const double g = normal(draws);
    const double w = g + skew * (g * g - 1);
    sum += w;
    most = std::max(most, w);
  }
  return (most - sum / E) * std::sqrt(E / (E - 1)) * spread / mean;
}

int64_t rounded(int64_t tokens) {
  const auto bits =
      static_cast<int>(std::bit_width(static_cast<uint64_t>(tokens)));
  const int dropped = std::max(0, bits - 5);
  return tokens <= 64 ? tokens : tokens >> dropped << dropped;
}

}  // namespace

// The last values are few and noisy: beyond them the tail of a maximum falls
// exponentially, at the rate of their mean excess.
double MaxVioNull::quantile(double p) const {
  constexpr size_t kTail = 40;
  if (sorted.empty()) {
    return 0;
  }
  const auto count = static_cast<double>(sorted.size());
  const double tail = kTail / count;
  if (p <= 1 - tail || sorted.size() < 2 * kTail) {
    return sorted[static_cast<size_t>(std::lround(p * (count - 1)))];
  }
  const auto from = sorted.end() - kTail;
  const double start = *(from - 1);
  const double excess =
      std::accumulate(from, sorted.end(), 0.0) / kTail - start;
  return start + excess * std::log(tail / std::max(1 - p, 1e-12));
}

MaxVioNull simulate_max_vio(const RoutingShape& shape) {
  require(
      shape.experts >= 1 && shape.top_k >= 1 && shape.tokens >= 0,
      "[null] a shape has experts, slots and tokens");
  if (shape.top_k >= shape.experts || shape.tokens == 0) {
    return {};
  }
  const double each = static_cast<double>(shape.tokens * shape.top_k) /
                      static_cast<double>(shape.experts);
  const auto repetitions = repetitions_for(shape);
  const bool few = each < kFewTokens;
  const bool by_token = few && shape.tokens * shape.top_k <= kFewDraws;
  const auto law =
      few && !by_token ? std::optional<CountLaw>(shape) : std::nullopt;
  MaxVioNull null;
  for (int64_t r = 0; r < repetitions; ++r) {
    Draws draws(null_block, static_cast<uint64_t>(r));
    null.sorted.push_back(
        by_token ? max_vio_by_token(shape, draws)
        : law    ? max_vio_by_counts(shape, *law, draws)
                 : max_vio_by_normal(shape, draws));
  }
  std::ranges::sort(null.sorted);
  null.mean = std::accumulate(null.sorted.begin(), null.sorted.end(), 0.0) /
              static_cast<double>(repetitions);
  return null;
}

NullTable::Scaled NullTable::at(const RoutingShape& shape) {
  auto grid = shape;
  grid.tokens = rounded(shape.tokens);
  auto found = known_.find(grid);
  if (found == known_.end()) {
    found = known_.emplace(grid, simulate_max_vio(grid)).first;
  }
  const double ratio = shape.tokens == 0
                           ? 1
                           : static_cast<double>(grid.tokens) /
                                 static_cast<double>(shape.tokens);
  return {found->second, std::sqrt(ratio)};
}

double NullTable::floor(const RoutingShape& shape) {
  const auto [null, scale] = at(shape);
  return null.mean * scale;
}

double NullTable::quantile(const RoutingShape& shape, double p) {
  const auto [null, scale] = at(shape);
  return null.quantile(p) * scale;
}

double balance_statistic(std::span<const int64_t> demand_E, int64_t top_k) {
  const auto E = static_cast<double>(demand_E.size());
  const auto K = static_cast<double>(top_k);
  const auto total =
      std::accumulate(demand_E.begin(), demand_E.end(), int64_t{0});
  if (E <= K || total <= 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double mean = static_cast<double>(total) / E;
  double sum = 0;
  for (const auto n : demand_E) {
    const double gap = static_cast<double>(n) - mean;
    sum += gap * gap;
  }
  return (E - 1) / (E - K) * sum / mean;
}

}  // namespace moestro
