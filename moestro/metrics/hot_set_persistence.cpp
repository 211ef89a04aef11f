// SPDX-License-Identifier: Apache-2.0
// Jaccard overlap of the busiest tenth of the experts (L8), loads summed over
// the first half of the steps and over the second. Of random sets of h experts
// the overlap is the mean of i / (2 h - i), i hypergeometric.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace hot_set_persistence_part {
namespace {

constexpr Reading kReading = {
    .label = "hot set stays",
    .unit = "share",
    .digits = 0,
    .null = "what two random sets share",
    .meaning =
        "Overlap of the busiest tenth of the experts in the first half of the "
        "steps and in the second: beside a high MaxVio, high means that the "
        "router prefers them, low that the data ask for others each time.",
    .cost = "O(E log E) once a window",
    .groups = "data,router"};

using Experts = std::vector<size_t>;

size_t hot_count(size_t experts) {
  return (experts + 9) / 10;
}

// Ascending; ties go to the lower index. Empty where nobody is chosen.
Experts hot_set(std::span<const LayerRecord> records) {
  Counts sum;
  for (const auto& r : records) {
    sum.add(r.counts);
  }
  if (std::ranges::all_of(sum.demand, [](int64_t n) { return n == 0; })) {
    return {};
  }
  Experts order(sum.demand.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(
      order, [&](size_t a, size_t b) { return sum.demand[a] > sum.demand[b]; });
  order.resize(hot_count(order.size()));
  std::ranges::sort(order);
  return order;
}

double overlap(size_t shared, size_t each) {
  return static_cast<double>(shared) / static_cast<double>(2 * each - shared);
}

double log_choose(size_t n, size_t k) {
  const auto factorial = [](size_t m) {
    return std::lgamma(static_cast<double>(m) + 1);
  };
  return factorial(n) - factorial(k) - factorial(n - k);
}

}  // namespace

class HotSetPersistence final : public Metric {
 public:
  explicit HotSetPersistence(const Site&) {}

  // One step has no second half.
  [[nodiscard]] double value(
      const LayerRecord&, const MetricContext&) const override {
    return kUnknown;
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext&) const override {
    const auto E = r.counts.demand.size();
    const auto h = hot_count(E);
    double mean = 0;
    for (size_t i = 1; i <= h; ++i) {
      if (h - i <= E - h) {
        mean +=
            overlap(i, h) *
            std::exp(
                log_choose(h, i) + log_choose(E - h, h - i) - log_choose(E, h));
      }
    }
    return E > 1 ? mean : kUnknown;
  }

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext&) const override {
    const auto middle = records.size() / 2;
    const auto before = hot_set(records.first(middle));
    const auto after = hot_set(records.subspan(middle));
    if (before.empty() || before.size() != after.size()) {
      return kUnknown;
    }
    Experts shared;
    std::ranges::set_intersection(before, after, std::back_inserter(shared));
    return overlap(shared.size(), before.size());
  }
};

}  // namespace hot_set_persistence_part

extern constinit const Variant<Metric> hot_set_persistence = {
    .info =
        {.name = "hot-set-persistence",
         .summary = "do the busiest experts stay the busiest",
         .paper = "",
         .reading = &hot_set_persistence_part::kReading},
    .make = make_plain<Metric, hot_set_persistence_part::HotSetPersistence>};

}  // namespace moestro::metrics
