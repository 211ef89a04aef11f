// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "moestro/base/text.h"
#include "moestro/stats/balance_test.h"
#include "moestro/stats/dispersion.h"
#include "moestro/stats/null.h"
#include "moestro/stats/second_order.h"
#include "tests/calibrate/claim.h"
#include "tests/stats/clustered.h"

namespace moestro {
namespace {

// Every token picks K experts by shuffling: not how the library simulates.
std::vector<int64_t> independent_batch(
    const RoutingShape& shape, Random& random) {
  std::vector<int64_t> demand_E(static_cast<size_t>(shape.experts));
  std::vector<size_t> order(demand_E.size());
  std::iota(order.begin(), order.end(), size_t{0});
  for (int64_t t = 0; t < shape.tokens; ++t) {
    for (size_t i = 0; i < static_cast<size_t>(shape.top_k); ++i) {
      const auto j =
          std::uniform_int_distribution<size_t>(i, order.size() - 1)(random);
      std::swap(order[i], order[j]);
      ++demand_E[order[i]];
    }
  }
  return demand_E;
}

std::string name_of(const RoutingShape& s) {
  return std::to_string(s.experts) + "," + std::to_string(s.top_k) + " T " +
         std::to_string(s.tokens);
}

std::vector<double> loads_of(const std::vector<int64_t>& demand_E) {
  const double mean = std::accumulate(demand_E.begin(), demand_E.end(), 0.0) /
                      static_cast<double>(demand_E.size());
  std::vector<double> load_E(demand_E.begin(), demand_E.end());
  for (auto& u : load_E) {
    u /= mean;
  }
  return load_E;
}

// Loads are whole counts, so a quantile can be exceeded less often than asked.
Measured beyond_quantile(
    const RoutingShape& shape, Unevenness kind, int64_t trials) {
  const double limit = simulate_null(shape, kind).quantile(0.99);
  return rate(trials, [&](Random& random) {
    return unevenness(kind, loads_of(independent_batch(shape, random))) >
           limit + 1e-9;
  });
}

void add_independent(std::vector<Claim>& claims, int64_t effort) {
  for (const auto& shape :
       {RoutingShape{8, 2, 256},
        RoutingShape{64, 8, 256},
        RoutingShape{64, 1, 4096}}) {
    claims.push_back(about(
        "chi-square, independent tokens, E,K " + name_of(shape),
        0.01,
        0.25,
        [=] {
          return rate(4000 * effort, [&](Random& random) {
            const auto demand_E = independent_batch(shape, random);
            return balance_p_value(demand_E, shape.top_k, 1) < 0.01;
          });
        }));
    claims.push_back(at_most(
        "MaxVio beyond its 99 % quantile, E,K " + name_of(shape), 0.0125, [=] {
          return beyond_quantile(shape, Unevenness::kMaxVio, 4000 * effort);
        }));
    claims.push_back(at_most(
        "entropy below its 1 % quantile, E,K " + name_of(shape), 0.0125, [=] {
          return beyond_quantile(
              shape, Unevenness::kEntropyDeficit, 4000 * effort);
        }));
  }
}

using DrawBatch = std::function<ClusteredBatch(Random&)>;

bool second_order_fires(const ClusteredBatch& b) {
  const auto spread =
      sequence_spread(SequenceRows(b.demand_SE, b.tokens_S).view(), 1);
  return balance_p_value(b.demand_E, 1, spread) < 0.01;
}

bool first_order_fires(const ClusteredBatch& b) {
  const double phi =
      balanced_dispersion(SequenceRows(b.demand_SE, b.tokens_S).view(), 1);
  return balance_p_value(b.demand_E, 1, phi) < 0.01;
}

Claim of_batches(
    const std::string& name,
    double limit,
    int64_t trials,
    const DrawBatch& draw,
    bool (*fires)(const ClusteredBatch&)) {
  return at_most(name, limit, [=] {
    return rate(trials, [&](Random& random) { return fires(draw(random)); });
  });
}

void add_clustered(std::vector<Claim>& claims, int64_t effort) {
  for (const double a : {64.0, 8.0, 1.0, 0.25}) {
    const DrawBatch draw = [=](Random& random) {
      return dirichlet_batch({}, a, random);
    };
    const auto name = "32 sequences, Dirichlet " + fixed(a, 2);
    claims.push_back(of_batches(
        "X2 / phi, " + name, 0.015, 1000 * effort, draw, first_order_fires));
    claims.push_back(of_batches(
        "second order, " + name,
        0.01,
        1000 * effort,
        draw,
        second_order_fires));
  }
  claims.push_back(of_batches(
      "second order, two of 64 experts vary",
      0.02,
      1000 * effort,
      [](Random& random) { return leaning_batch({}, 1, 0.95, random); },
      second_order_fires));
  claims.push_back(of_batches(
      "second order, five sequences, 8 experts",
      0.015,
      10'000 * effort,
      [](Random& random) {
        return dirichlet_batch({.experts = 8, .sequences = 5}, 8, random);
      },
      second_order_fires));
}

// Shares that truly differ: the bounds of MaxVio.
void add_bounds(std::vector<Claim>& claims, int64_t effort) {
  std::vector<double> weight_E(64, 1);
  weight_E[3] = 1.5;
  const double truth =
      1.5 * 64 / std::accumulate(weight_E.begin(), weight_E.end(), 0.0) - 1;
  const auto bounds = [=](Random& random) {
    ClusteredBatch b;
    add_sequence(weight_E, 20'000, random, b);
    return max_vio_bounds(b.demand_E, 20'000, 1, 1, 0.05);
  };
  claims.push_back(at_most("lower bound of MaxVio above the truth", 0.05, [=] {
    return rate(4000 * effort, [&](Random& random) {
      return bounds(random).low > truth;
    });
  }));
  claims.push_back(at_most("upper bound of MaxVio below the truth", 0.05, [=] {
    return rate(4000 * effort, [&](Random& random) {
      return bounds(random).high < truth;
    });
  }));
}

}  // namespace

std::vector<Claim> claims_of_balance(int64_t effort) {
  std::vector<Claim> claims;
  add_independent(claims, effort);
  add_clustered(claims, effort);
  add_bounds(claims, effort);
  return claims;
}

}  // namespace moestro
