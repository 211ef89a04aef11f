// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/charts.h"

#include <cmath>

#include "moestro/base/text.h"
#include "moestro/stats/block_bootstrap.h"
#include "moestro/stats/scarcity.h"
#include "moestro/stats/whitening.h"
#include "tests/calibrate/claim.h"
#include "tests/stats/series.h"

namespace moestro {
namespace {

int64_t steps_of(const std::function<bool()>& push) {
  int64_t steps = 1;
  while (!push()) {
    ++steps;
  }
  return steps;
}

Measured cusum_wait(const CusumDesign& design, double shift, int64_t runs) {
  return wait(runs, [=](Random& random) {
    std::normal_distribution<double> noise(shift, 1);
    Cusum chart(design);
    return steps_of([&] { return chart.push(noise(random)); });
  });
}

Measured ewma_wait(const EwmaDesign& design, int64_t runs) {
  return wait(runs, [=](Random& random) {
    std::normal_distribution<double> noise;
    Ewma chart(design);
    return steps_of([&] { return chart.push(noise(random)); });
  });
}

void add_designs(std::vector<Claim>& claims, int64_t effort) {
  for (const double k : {0.25, 0.5, 1.0}) {
    const CusumDesign design{k, cusum_threshold(k, 10'000)};
    const auto name = "CUSUM k " + fixed(k, 2);
    claims.push_back(
        about(name + ", steps to a false alarm", 10'000, 0.02, [=] {
          return cusum_wait(design, 0, 4000 * effort);
        }));
    claims.push_back(about(
        name + ", delay for a shift of 1", run_length(design, 1), 0.02, [=] {
          return cusum_wait(design, 1, 20'000 * effort);
        }));
  }
  for (const double lambda : {0.05, 0.2}) {
    const EwmaDesign design{lambda, ewma_limit(lambda, 10'000)};
    claims.push_back(about(
        "EWMA lambda " + fixed(lambda, 2) + ", false alarm", 10'000, 0.02, [=] {
          return ewma_wait(design, 4000 * effort);
        }));
  }
  claims.push_back(at_least("two-scale bank, false alarm", 2000, [=] {
    const CusumBank fresh(2000);
    return wait(4000 * effort, [&](Random& random) {
      std::normal_distribution<double> noise;
      auto bank = fresh;
      return steps_of([&] { return bank.push(noise(random)); });
    });
  }));
}

// Hits of `tokens` in sequences of 64 that share a preference: beta with the
// mean `share`, dispersion 1 + 63 / (a + b + 1).
double clustered_hits(double share, Random& random) {
  constexpr double kTogether = 9;  // a + b
  std::gamma_distribution<double> a(share * kTogether);
  std::gamma_distribution<double> b((1 - share) * kTogether);
  int64_t hits = 0;
  for (int s = 0; s < 8; ++s) {
    const double x = a(random), y = b(random);
    hits += std::binomial_distribution<int64_t>(64, x / (x + y))(random);
  }
  return static_cast<double>(hits);
}

constexpr double kClusteredTokens = 8 * 64;
constexpr double kClusteredPhi = 1 + 63 / 10.0;

void add_counts(std::vector<Claim>& claims, int64_t effort) {
  claims.push_back(at_least("count CUSUM on clusters, false alarm", 1000, [=] {
    return wait(1000 * effort, [](Random& random) {
      CountCusum chart(1 / 8.0, 1 / 4.0, 1000);
      return steps_of([&] {
        return chart.push(
            clustered_hits(1 / 8.0, random), kClusteredTokens, kClusteredPhi);
      });
    });
  }));
  claims.push_back(at_least("scarcity at the border, false alarm", 1000, [=] {
    return wait(200 * effort, [](Random& random) {
      constexpr int64_t kEnough = 20'000;
      Scarcity evidence(0.1 / 8);
      std::binomial_distribution<int64_t> hits(256, 0.1 / 8);
      int64_t steps = 0;
      while (steps < kEnough && evidence.log_evidence() < std::log(1000)) {
        evidence.add(static_cast<double>(hits(random)), 256);
        ++steps;
      }
      return steps;
    });
  }));
}

// A window to learn from, then the same process without end.
int64_t whitened_wait(
    int64_t order, const CusumDesign& design, Random& random) {
  const double rho[] = {0.6};
  const auto window = autoregressive(rho, 5000, random());
  Whitener whitener(fit_autoregression(window, order));
  Cusum chart(design);
  std::normal_distribution<double> noise;
  double x = 0;
  return steps_of([&] {
    x = 0.6 * x + noise(random);
    return chart.push(whitener.push(x));
  });
}

void add_whitened(std::vector<Claim>& claims, int64_t effort) {
  const CusumDesign design{0.5, cusum_threshold(0.5, 1000)};
  claims.push_back(about("CUSUM on whitened AR(1) 0.6", 1000, 0.15, [=] {
    return wait(2000 * effort, [&](Random& random) {
      return whitened_wait(1, design, random);
    });
  }));
  // What whitening is for: the same chart on the raw series.
  claims.push_back(at_most("CUSUM on raw AR(1) 0.6: too soon", 200, [=] {
    return wait(2000 * effort, [&](Random& random) {
      return whitened_wait(0, design, random);
    });
  }));
  const double rho[] = {0.6};
  const auto window = autoregressive(rho, 20'000, 5);
  const auto raw = whitened(fit_autoregression(window, 0), window);
  const CusumDesign raised{
      0.5, verified_threshold(raw, 0.5, 1000, {.steps = 400'000})};
  claims.push_back(
      about("the same, threshold raised by bootstrap", 1000, 0.25, [=] {
        return wait(2000 * effort, [&](Random& random) {
          return whitened_wait(0, raised, random);
        });
      }));
}

}  // namespace

std::vector<Claim> claims_of_charts(int64_t effort) {
  std::vector<Claim> claims;
  add_designs(claims, effort);
  add_counts(claims, effort);
  add_whitened(claims, effort);
  return claims;
}

}  // namespace moestro
