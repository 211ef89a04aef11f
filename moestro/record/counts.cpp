// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/counts.h"

#include <algorithm>
#include <numeric>

namespace moestro {
int64_t total(const std::vector<int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

void add_counts(std::vector<int64_t>& sum, const std::vector<int64_t>& more) {
  sum.resize(std::max(sum.size(), more.size()));
  for (size_t e = 0; e < more.size(); ++e) {
    sum[e] += more[e];
  }
}

std::vector<int64_t> Counts::dropped() const {
  auto rest = demand;
  for (size_t e = 0; e < kept.size(); ++e) {
    rest[e] -= kept[e];
  }
  return rest;
}

void Counts::add(const Counts& more) {
  tokens += more.tokens;
  add_counts(demand, more.demand);
  add_counts(kept, more.kept);
  add_counts(first, more.first);
}

}  // namespace moestro
