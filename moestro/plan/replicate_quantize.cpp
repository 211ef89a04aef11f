// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/replicate_quantize.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/plan/imbalance.h"

namespace moestro {
namespace {

[[noreturn]] void refuse(const std::string& problem) {
  fail_data("[replicate-quantize] " + problem);
}

void check(
    std::span<const double> load_E,
    std::span<const double> importance_E,
    const ReplicateOptions& o) {
  const auto E = load_E.size();
  if (E == 0 || importance_E.size() != E) {
    refuse(
        "one importance an expert; got " + std::to_string(E) + " loads and " +
        std::to_string(importance_E.size()) + " importances");
  }
  for (size_t e = 0; e < E; ++e) {
    if (!std::isfinite(importance_E[e]) || importance_E[e] < 0) {
      refuse(
          "importances are finite and not negative; expert " +
          std::to_string(e) + " has " + shortest(importance_E[e]));
    }
  }
  if (o.replicas < 1 || o.replicas > static_cast<int64_t>(E)) {
    refuse(
        "replicas must be in 1.." + std::to_string(E) +
        "; got replicas=" + std::to_string(o.replicas));
  }
  if (o.weights < 1 || !(o.low_bytes > 0) || !(o.low_bytes < o.full_bytes) ||
      !std::isfinite(o.full_bytes) || !std::isfinite(o.extra_bytes_most)) {
    refuse(
        "weights >= 1, 0 < low_bytes < full_bytes and a finite budget; got "
        "weights=" +
        std::to_string(o.weights) + ", low_bytes=" + shortest(o.low_bytes) +
        ", full_bytes=" + shortest(o.full_bytes) +
        ", extra_bytes_most=" + shortest(o.extra_bytes_most));
  }
}

// Experts by `key`, smallest first.
template <class Key>
std::vector<int32_t> experts_by(size_t count, const Key& key) {
  std::vector<int32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, key);
  return order;
}

double imbalance_with_copies(
    std::span<const double> load_E, const std::vector<int32_t>& replicated) {
  double most = 0, sum = 0;
  for (size_t e = 0; e < load_E.size(); ++e) {
    const bool twice = std::ranges::find(replicated, static_cast<int32_t>(e)) !=
                       replicated.end();
    most = std::max(most, twice ? load_E[e] / 2 : load_E[e]);
    sum += load_E[e];
  }
  // Of the E experts: the mean that the score before is measured against.
  return sum > 0 ? most * static_cast<double>(load_E.size()) / sum : 1;
}

}  // namespace

ReplicatePlan plan_replicate_quantize(
    std::span<const double> load_E,
    std::span<const double> importance_E,
    const ReplicateOptions& o) {
  check(load_E, importance_E, o);
  ReplicatePlan plan{.imbalance = max_over_mean(load_E)};
  plan.replicated = experts_by(load_E.size(), [&](int32_t e) {
    return -load_E[static_cast<size_t>(e)];
  });
  plan.replicated.resize(static_cast<size_t>(o.replicas));
  plan.imbalance_after = imbalance_with_copies(load_E, plan.replicated);

  const auto weights = static_cast<double>(o.weights);
  const double saved_each = weights * (o.full_bytes - o.low_bytes);
  plan.extra_bytes = static_cast<double>(o.replicas) * weights * o.low_bytes;
  for (const auto e : experts_by(load_E.size(), [&](int32_t i) {
         return importance_E[static_cast<size_t>(i)];
       })) {
    if (plan.extra_bytes <= o.extra_bytes_most) {
      break;
    }
    if (std::ranges::find(plan.replicated, e) == plan.replicated.end()) {
      plan.quantized.push_back(e);
      plan.extra_bytes -= saved_each;
    }
  }
  if (!(plan.extra_bytes <= o.extra_bytes_most)) {
    refuse(
        "with every other expert quantized, " + std::to_string(o.replicas) +
        " replicas still add " + shortest(plan.extra_bytes) + " bytes of " +
        shortest(o.extra_bytes_most) + "; ask for fewer replicas");
  }
  return plan;
}

}  // namespace moestro
