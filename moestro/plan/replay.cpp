// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/replay.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "moestro/base/error.h"

namespace moestro {
namespace {

double imbalance_of(const Placement& p) {
  return p.mean > 0 ? p.peak / p.mean : 1;
}

}  // namespace

double Replay::quantile(double q) const {
  require(q >= 0 && q <= 1 && !peak_N.empty(), "[replay] q is in [0, 1]");
  auto sorted = peak_N;
  std::ranges::sort(sorted);
  const auto rank = std::ceil(q * static_cast<double>(sorted.size())) - 1;
  return sorted[static_cast<size_t>(std::max(0.0, rank))];
}

Replay replay(
    std::span<const double> load_NE,
    std::span<const int32_t> expert_S,
    int64_t experts,
    int64_t devices) {
  const auto E = static_cast<size_t>(std::max<int64_t>(experts, 1));
  if (load_NE.empty() || load_NE.size() % E != 0) {
    fail_data("[replay] the trace needs steps, each with a load an expert");
  }
  const std::vector<int32_t> slots(expert_S.begin(), expert_S.end());
  std::vector<double> sum_E(E);
  Replay out;
  const auto placed = [&](std::span<const double> load_E) {
    const PlacementProblem p{
        load_E, static_cast<int64_t>(slots.size()), devices};
    check_placement_problem(p);
    return imbalance_of(finish_placement(p, slots));
  };
  for (size_t first = 0; first < load_NE.size(); first += E) {
    const auto load_E = load_NE.subspan(first, E);
    out.peak_N.push_back(placed(load_E));
    std::ranges::transform(load_E, sum_E, sum_E.begin(), std::plus<>());
  }
  out.peak_of_average = placed(sum_E);
  out.mean_peak = std::accumulate(out.peak_N.begin(), out.peak_N.end(), 0.0) /
                  static_cast<double>(out.peak_N.size());
  return out;
}

}  // namespace moestro
