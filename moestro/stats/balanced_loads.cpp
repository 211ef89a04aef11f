// SPDX-License-Identifier: Apache-2.0
// Few tokens: every token picks a K-subset (Floyd's algorithm). Few tokens an
// expert: independent counts, then single hits taken or given until they add up
// to T K. That is the multinomial exactly for Poisson counts and K = 1; for
// K > 1 binomial counts of T' tokens with q' = (K-1)/(E-1), T' q' = T q, have
// the right variance given the sum. Many: n_e is binomial(T, q = K/E) with the
// covariance of the centring matrix, so n = Tq + s * w, where w are centred
// normals with the binomial's skewness put in by Cornish-Fisher, w = g + c/6 *
// (g^2 - 1), c = (1 - 2q) / s.
#include "moestro/stats/balanced_loads.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/draws.h"
#include "moestro/base/error.h"
#include "moestro/base/normal.h"
#include "moestro/stats/mean.h"

namespace moestro {
namespace {

constexpr double kFewTokens = 24;    // an expert; below: whole counts
constexpr int64_t kFewDraws = 2000;  // of a batch; below: token by token

Philox4 block_of(uint64_t batch, uint32_t block) {
  constexpr uint64_t kSeed = 0x6d6f6573746f6e75;
  return philox(
      {static_cast<uint32_t>(batch),
       static_cast<uint32_t>(batch >> 32U),
       block,
       0},
      kSeed);
}

double normal(Draws& draws) {
  const double u = draws.uniform();
  const double v = draws.uniform();
  return normal_pair(u, v).first;
}

double mean_count(const RoutingShape& shape) {
  return static_cast<double>(shape.tokens * shape.top_k) /
         static_cast<double>(shape.experts);
}

class ByToken {
 public:
  explicit ByToken(const RoutingShape& shape) : shape_(shape) {}

  void operator()(Draws& draws, std::vector<double>& load_E) const {
    const double hit = 1 / mean_count(shape_);
    std::ranges::fill(load_E, 0);
    std::vector<int64_t> chosen_K;
    for (int64_t t = 0; t < shape_.tokens; ++t) {
      pick_subset(draws, chosen_K);
      for (const auto e : chosen_K) {
        load_E[static_cast<size_t>(e)] += hit;
      }
    }
  }

 private:
  void pick_subset(Draws& draws, std::vector<int64_t>& chosen_K) const {
    chosen_K.clear();
    for (auto last = shape_.experts - shape_.top_k; last < shape_.experts;
         ++last) {
      const int64_t e = draws.below(static_cast<uint64_t>(last) + 1);
      const bool taken = std::ranges::find(chosen_K, e) != chosen_K.end();
      chosen_K.push_back(taken ? last : e);
    }
  }

  RoutingShape shape_;
};

class ByCount {
 public:
  explicit ByCount(const RoutingShape& shape)
      : total_(shape.tokens * shape.top_k),
        mean_(mean_count(shape)),
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

  void operator()(Draws& draws, std::vector<double>& load_E) const {
    auto missing = total_;
    for (auto& n : load_E) {
      const auto count = count_of(draws);
      n = static_cast<double>(count);
      missing -= count;
    }
    add_up(draws, missing, load_E);
    for (auto& n : load_E) {
      n /= mean_;
    }
  }

 private:
  [[nodiscard]] int64_t count_of(Draws& draws) const {
    return std::ranges::upper_bound(below_, draws.uniform()) - below_.begin();
  }

  void add_up(
      Draws& draws, int64_t missing, std::vector<double>& count_E) const {
    const double most = std::ranges::max(count_E);
    while (missing != 0) {
      auto& n = count_E[draws.below(count_E.size())];
      if (draws.uniform() < (missing > 0 ? room(n) : n / most)) {
        n += missing > 0 ? 1 : -1;
        missing += missing > 0 ? -1 : 1;
      }
    }
  }

  // How likely an expert with so many hits gets one more, over the most likely.
  [[nodiscard]] double room(double count) const {
    return chance_ > 0 ? 1 - count / trials_ : 1;
  }

  int64_t total_;
  double mean_, chance_, trials_;
  std::vector<double> below_;  // chance of a count of at most the index
};

class ByNormal {
 public:
  explicit ByNormal(const RoutingShape& shape) {
    const auto E = static_cast<double>(shape.experts);
    const double q = static_cast<double>(shape.top_k) / E;
    const double mean = mean_count(shape);
    const double spread = std::sqrt(mean * (1 - q));
    skew_ = (1 - 2 * q) / spread / 6;
    scale_ = std::sqrt(E / (E - 1)) * spread / mean;
  }

  void operator()(Draws& draws, std::vector<double>& load_E) const {
    for (auto& w : load_E) {
      const double g = normal(draws);
      w = g + skew_ * (g * g - 1);
    }
    const double centre = mean_of(load_E);
    for (auto& w : load_E) {
      w = std::max(0.0, 1 + (w - centre) * scale_);
    }
  }

 private:
  double skew_, scale_;
};

}  // namespace

BalancedLoads::BalancedLoads(const RoutingShape& shape)
    : experts_(static_cast<size_t>(shape.experts)) {
  require(
      shape.top_k >= 1 && shape.top_k < shape.experts && shape.tokens > 0,
      "[null] 1 <= K < E and there are tokens");
  if (mean_count(shape) >= kFewTokens) {
    draw_ = ByNormal(shape);
  } else if (shape.tokens * shape.top_k <= kFewDraws) {
    draw_ = ByToken(shape);
  } else {
    draw_ = ByCount(shape);
  }
}

std::vector<double> BalancedLoads::draw(uint64_t batch) const {
  Draws draws(block_of, batch);
  std::vector<double> load_E(experts_);
  draw_(draws, load_E);
  return load_E;
}

}  // namespace moestro
