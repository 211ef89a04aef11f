// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/load.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "moestro/stats/dispersion.h"

namespace moestro::metrics {
namespace {

std::vector<double> in_units_of_mean(std::vector<double> values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  const bool sane =
      std::ranges::all_of(values, [](double v) { return v >= 0; });
  if (!sane || !(sum > 0) || std::isinf(sum)) {
    return {};
  }
  const double mean = sum / static_cast<double>(values.size());
  for (auto& v : values) {
    v /= mean;
  }
  return values;
}

using Named = std::vector<std::pair<std::string, double>>;

double named(const Named& values, std::string_view name) {
  const auto found = std::ranges::find(
      values, name, [](const auto& v) -> std::string_view { return v.first; });
  return found == values.end() ? kUnknown : found->second;
}

}  // namespace

double extra(const LayerRecord& r, std::string_view name) {
  return named(r.extras, name);
}

double loss(const LayerRecord& r, std::string_view name) {
  return named(r.losses, name);
}

double mean_extra(
    const LayerRecord& r, std::string_view begin, std::string_view end) {
  double sum = 0, count = 0;
  for (const auto& [name, value] : r.extras) {
    if (name.starts_with(begin) && name.ends_with(end)) {
      sum += value;
      ++count;
    }
  }
  return sum / count;
}

std::vector<double> loads(const LayerRecord& r) {
  auto counts =
      in_units_of_mean({r.counts.demand.begin(), r.counts.demand.end()});
  return counts.empty() ? in_units_of_mean(r.mass) : counts;
}

std::vector<double> device_loads(
    std::span<const double> load_E, std::span<const int32_t> device_E) {
  if (load_E.empty() || load_E.size() != device_E.size()) {
    return {};
  }
  std::map<int32_t, double> sum;
  for (size_t e = 0; e < load_E.size(); ++e) {
    sum[device_E[e]] += load_E[e];
  }
  std::vector<double> load_P;
  load_P.reserve(sum.size());
  for (const auto& [device, load] : sum) {
    load_P.push_back(
        load * static_cast<double>(sum.size()) /
        static_cast<double>(load_E.size()));
  }
  return load_P;
}

double mean_token_entropy(const LayerRecord& r) {
  const bool known = !r.prob.empty() || r.entropy > 0;
  return r.counts.tokens > 0 && known
             ? r.entropy / static_cast<double>(r.counts.tokens)
             : kUnknown;
}

size_t experts_of(const LayerRecord& r) {
  return std::max({r.counts.demand.size(), r.prob.size(), r.mass.size()});
}

double count_dead(std::span<const double> load_E) {
  return static_cast<double>(
      std::ranges::count_if(load_E, [](double u) { return u < kDead; }));
}

double pairs_per_token(std::span<const LayerRecord> records) {
  double pairs = 0, tokens = 0;
  for (const auto& r : records) {
    pairs += static_cast<double>(total(r.counts.demand));
    tokens += static_cast<double>(r.counts.tokens);
  }
  return pairs > 0 && tokens > 0 ? pairs / tokens : kUnknown;
}

double widening(const LayerRecord& r) {
  const double phi = dispersion(r.sequence_view());
  return phi > 1 ? std::sqrt(phi) : 1;
}

double balanced_deviation(const LayerRecord& r, const MetricContext& context) {
  const auto E = static_cast<double>(experts_of(r));
  const auto q = static_cast<double>(context.top_k) / E;
  if (E < 2 || r.counts.tokens <= 0) {
    return kUnknown;
  }
  const auto tokens = static_cast<double>(r.counts.tokens);
  return q < 1 ? std::sqrt((1 - q) / (tokens * q)) * widening(r) : 0;
}

double balanced_floor(
    const LayerRecord& r, const MetricContext& context, Unevenness kind) {
  const auto E = static_cast<int64_t>(experts_of(r));
  return E < 1 || r.counts.tokens <= 0
             ? kUnknown
             : context.null.floor({E, context.top_k, r.counts.tokens}, kind);
}

}  // namespace moestro::metrics
