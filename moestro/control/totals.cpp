// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "moestro/control/controller.h"

namespace moestro {
namespace {

void add_to(std::vector<int64_t>& sum, const std::vector<int64_t>& more) {
  sum.resize(std::max(sum.size(), more.size()), 0);
  for (size_t e = 0; e < more.size(); ++e) {
    sum[e] += more[e];
  }
}

}  // namespace

std::vector<int64_t> Totals::dropped() const {
  auto rest = demand;
  for (size_t e = 0; e < kept.size(); ++e) {
    rest[e] -= kept[e];
  }
  return rest;
}

void Totals::add(const Totals& more) {
  tokens += more.tokens;
  add_to(demand, more.demand);
  add_to(kept, more.kept);
  add_to(first, more.first);
  add_to(lacking, more.lacking);
  scores.insert(scores.end(), more.scores.begin(), more.scores.end());
}

LackingRange lacking_range(std::span<const float> bias_E) {
  if (bias_E.empty()) {
    return {-1, 1};
  }
  const auto [least, most] = std::ranges::minmax(bias_E);
  return {static_cast<double>(least) - 1, static_cast<double>(most) + 1};
}

}  // namespace moestro
