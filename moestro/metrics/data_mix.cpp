// SPDX-License-Identifier: Apache-2.0
// How far the mix of domains moved from the first half of the steps to the
// second (D1): half the sum of |share - share|. By chance, with n and m
// sequences drawn independently, about sum sqrt(w (1 - w) (1 / n + 1 / m) / (2
// pi)).
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <string>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace data_mix_part {

constexpr Reading kReading = {
    .label = "data mix moved",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "what drawing sequences at random gives",
    .meaning =
        "Share of the text that comes from other domains in the second half of "
        "the steps than in the first.",
    .cost = "O(domains) a step",
    .groups = "data",
    .scope = Extent::kRun};

namespace {

struct Mix {
  std::map<std::string, double> share;  // by domain
  double sequences = 0;                 // NaN where it was not recorded

  [[nodiscard]] double of(const std::string& name) const {
    const auto found = share.find(name);
    return found == share.end() ? 0 : found->second;
  }
};

void add(Mix& mix, const LayerRecord& r) {
  constexpr std::string_view kDomain = "data/domain/";
  for (const auto& [name, value] : r.extras) {
    if (name.starts_with(kDomain) && std::isfinite(value)) {
      mix.share[name] += value;
    }
  }
  mix.sequences += extra(r, "sequences");
}

// Mean over the steps that tell.
Mix mix_of(std::span<const LayerRecord> records) {
  Mix mix;
  for (const auto& r : records) {
    add(mix, r);
  }
  double sum = 0;
  for (const auto& [name, share] : mix.share) {
    sum += share;
  }
  for (auto& [name, share] : mix.share) {
    share /= sum;
  }
  return mix;
}

std::set<std::string> names_of(const Mix& a, const Mix& b) {
  std::set<std::string> names;
  for (const auto& mix : {a, b}) {
    for (const auto& [name, share] : mix.share) {
      names.insert(name);
    }
  }
  return names;
}

}  // namespace

class DataMix final : public ChangeMetric {
 public:
  explicit DataMix(const Site&) {}

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext&) const override {
    const auto middle = records.size() / 2;
    const auto before = mix_of(records.first(middle));
    const auto after = mix_of(records.subspan(middle));
    if (before.share.empty() || after.share.empty()) {
      return kUnknown;
    }
    double moved = 0;
    for (const auto& name : names_of(before, after)) {
      moved += std::abs(before.of(name) - after.of(name)) / 2;
    }
    return moved;
  }

  [[nodiscard]] double expected_over(
      std::span<const LayerRecord> records,
      const MetricContext&) const override {
    const auto middle = records.size() / 2;
    const auto all = mix_of(records);
    const double rate = 1 / mix_of(records.first(middle)).sequences +
                        1 / mix_of(records.subspan(middle)).sequences;
    double chance = all.share.empty() ? kUnknown : 0;
    for (const auto& [name, w] : all.share) {
      chance += std::sqrt(w * (1 - w) * rate / (2 * std::numbers::pi));
    }
    return std::isfinite(chance) ? chance : kUnknown;
  }
};

}  // namespace data_mix_part

extern constinit const Variant<Metric> data_mix = {
    .info =
        {.name = "data-mix",
         .summary = "share of the text whose domain changed",
         .paper = "",
         .reading = &data_mix_part::kReading},
    .make = make_plain<Metric, data_mix_part::DataMix>};

}  // namespace moestro::metrics
