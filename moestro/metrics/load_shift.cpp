// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/load_shift.h"

#include <algorithm>
#include <numeric>

#include "moestro/metrics/load.h"

namespace moestro::metrics {
namespace {

// Of the steps that know their domains.
struct Sum {
  std::vector<double> demand_DE;
  size_t experts = 0;
  double pairs = 0;
  double spread = 0;  // pairs times phi

  [[nodiscard]] size_t domains() const { return demand_DE.size() / experts; }
  [[nodiscard]] std::span<const double> row(size_t d) const {
    return std::span(demand_DE).subspan(d * experts, experts);
  }
  [[nodiscard]] double weight(size_t d) const {
    const auto row_E = row(d);
    return std::accumulate(row_E.begin(), row_E.end(), 0.0) / pairs;
  }
  [[nodiscard]] std::vector<double> shares() const {
    std::vector<double> share_E(experts);
    for (size_t i = 0; i < demand_DE.size(); ++i) {
      share_E[i % experts] += demand_DE[i] / pairs;
    }
    return share_E;
  }
  // Variance of all shares, summed.
  [[nodiscard]] double noise() const {
    double variance = 0;
    for (const double share : shares()) {
      variance += share * (1 - share) * spread / (pairs * pairs);
    }
    return variance;
  }
};

void add(Sum& sum, const LayerRecord& r) {
  const auto& rows = r.domain_demand;
  const auto E = r.counts.demand.size();
  if (rows.empty() || E == 0) {
    return;
  }
  sum.experts = E;
  sum.demand_DE.resize(std::max(sum.demand_DE.size(), rows.size()));
  double pairs = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    sum.demand_DE[i] += static_cast<double>(rows[i]);
    pairs += static_cast<double>(rows[i]);
  }
  const double wide = widening(r);
  sum.pairs += pairs;
  sum.spread += pairs * wide * wide;
}

Sum sum_of(std::span<const LayerRecord> records) {
  Sum sum;
  for (const auto& r : records) {
    add(sum, r);
  }
  return sum;
}

std::vector<double> predicted(const Sum& before, const Sum& after) {
  std::vector<double> p_E(before.experts);
  const auto all_E = before.shares();
  for (size_t d = 0; d < before.domains(); ++d) {
    const double known = before.weight(d) * before.pairs;
    for (size_t e = 0; e < p_E.size(); ++e) {
      const double own = known > 0 ? before.row(d)[e] / known : all_E[e];
      p_E[e] += after.weight(d) * own;
    }
  }
  return p_E;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t e = 0; e < a.size(); ++e) {
    sum += (a[e] - b[e]) * (a[e] - b[e]);
  }
  return sum;
}

}  // namespace

std::optional<LoadShift> load_shift(
    std::span<const LayerRecord> before, std::span<const LayerRecord> after) {
  const auto b = sum_of(before);
  const auto a = sum_of(after);
  if (!(a.pairs > 0) || !(b.pairs > 0) || a.experts != b.experts ||
      a.demand_DE.size() != b.demand_DE.size()) {
    return std::nullopt;
  }
  LoadShift shift{b.shares(), a.shares(), predicted(b, a)};
  shift.moved = distance(shift.after_E, shift.before_E);
  shift.noise = b.noise() + a.noise();
  const double left = distance(shift.after_E, shift.predicted_E);
  shift.explained =
      shift.moved > 0 ? std::clamp(1 - left / shift.moved, 0.0, 1.0) : 0;
  return shift;
}

}  // namespace moestro::metrics
