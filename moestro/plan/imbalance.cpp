// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/imbalance.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/plan/nearest.h"

namespace moestro {
namespace {

void check_devices(int64_t experts, int64_t devices) {
  if (experts < 1 || devices < 1 || experts % devices != 0) {
    fail_data(
        "[imbalance] devices must divide experts; got devices=" +
        std::to_string(devices) + ", experts=" + std::to_string(experts) +
        works_nearby(nearest_divisors("devices", devices, experts)));
  }
}

}  // namespace

std::vector<double> device_load(
    std::span<const double> load_E, int64_t devices) {
  check_devices(static_cast<int64_t>(load_E.size()), devices);
  const auto per = load_E.size() / static_cast<size_t>(devices);
  std::vector<double> load_P(static_cast<size_t>(devices));
  for (size_t e = 0; e < load_E.size(); ++e) {
    load_P[e / per] += load_E[e];
  }
  return load_P;
}

double max_over_mean(std::span<const double> loads) {
  double sum = 0;
  for (size_t i = 0; i < loads.size(); ++i) {
    if (!(loads[i] >= 0)) {
      fail_data(
          "[imbalance] loads are not negative; number " + std::to_string(i) +
          " is " + shortest(loads[i]));
    }
    sum += loads[i];
  }
  if (loads.empty() || !std::isfinite(sum)) {
    fail_data("[imbalance] there are no loads, or their sum overflows");
  }
  const double mean = sum / static_cast<double>(loads.size());
  return mean > 0 ? std::ranges::max(loads) / mean : 1;
}

double theoretical_maximum_imbalance(
    int64_t experts, int64_t devices, int64_t top_k) {
  check_devices(experts, devices);
  if (top_k < 1 || top_k > experts) {
    fail_data(
        "[imbalance] k must be in 1.." + std::to_string(experts) +
        "; got k=" + std::to_string(top_k));
  }
  const auto on_one = static_cast<double>(std::min(top_k, experts / devices));
  return on_one * static_cast<double>(devices) / static_cast<double>(top_k);
}

}  // namespace moestro
