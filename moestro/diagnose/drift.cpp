// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/drift.h"

#include <algorithm>
#include <cmath>

#include "moestro/stats/distribution.h"
#include "moestro/stats/robust.h"

namespace moestro {
namespace {

// Below this share ln says more about noise than about the expert.
constexpr double kLeast = 1e-3;
// What the median keeps of a sample's information about its scale.
constexpr double kMedianEfficiency = 0.37;
// Nobody acts on less.
constexpr double kMaterial = 0.18;  // ln 1.2

double log_share(double share) {
  return std::log(std::max(share, kLeast));
}

double median_size(std::vector<double> d_E) {
  for (auto& d : d_E) {
    d = std::abs(d);
  }
  return 1.4826 * median(std::move(d_E));
}

}  // namespace

void ShareDrift::restart() {
  *this = {};
}

void ShareDrift::learn(std::span<const double> share_E) {
  auto& row = first_.emplace_back();
  std::ranges::transform(share_E, std::back_inserter(row), log_share);
  if (std::ssize(first_) < kBaseline) {
    return;
  }
  base_E_.assign(share_E.size(), 0);
  for (const auto& one : first_) {
    for (size_t e = 0; e < one.size(); ++e) {
      base_E_[e] += one[e] / static_cast<double>(kBaseline);
    }
  }
  // Strays from a mean that they are part of are too small by this.
  const double part = 1 - 1 / static_cast<double>(kBaseline);
  for (const auto& one : first_) {
    std::vector<double> d_E(one.size());
    std::ranges::transform(one, base_E_, d_E.begin(), std::minus<>());
    squares_ += std::pow(median_size(d_E), 2) / part;
    ++windows_;
  }
}

std::vector<double> ShareDrift::strays(std::span<const double> share_E) const {
  std::vector<double> d_E(share_E.size());
  for (size_t e = 0; e < share_E.size(); ++e) {
    d_E[e] = log_share(share_E[e]) - base_E_[e];
  }
  return d_E;
}

std::optional<ShareDrift::Stray> ShareDrift::push(
    std::span<const double> share_E, double chance) {
  if (!first_.empty() && first_.front().size() != share_E.size()) {
    restart();
  }
  if (std::ssize(first_) < kBaseline) {
    learn(share_E);
    return std::nullopt;
  }
  const auto d_E = strays(share_E);
  const double now = median_size(d_E);
  squares_ += now * now;
  ++windows_;
  const double s = std::max(now, std::sqrt(squares_ / windows_));
  const double freedom =
      kMedianEfficiency * windows_ * static_cast<double>(share_E.size());
  const double far = student_tail_quantile(
      chance / static_cast<double>(share_E.size()), freedom);
  Stray worst{-1, 0, 0};
  double most = -1e300;
  for (size_t e = 0; e < d_E.size(); ++e) {
    const double scale = s * std::max(1.0, std::exp(-base_E_[e] / 2));
    const double limit = std::max(kMaterial, far * scale);
    // Growing from little to the fair share is no harm.
    const double above = d_E[e] + std::min(base_E_[e], 0.0);
    if (above - limit > most) {
      most = above - limit;
      worst = {static_cast<int32_t>(e), std::exp(above), std::exp(limit)};
    }
  }
  return worst;
}

}  // namespace moestro
