// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/counts.h"

#include <algorithm>

namespace moestro {
namespace {

void add_to(std::vector<int64_t>& sum, const std::vector<int64_t>& more) {
  sum.resize(std::max(sum.size(), more.size()));
  for (size_t e = 0; e < more.size(); ++e) {
    sum[e] += more[e];
  }
}

}  // namespace

std::vector<int64_t> Counts::dropped() const {
  auto rest = demand;
  for (size_t e = 0; e < kept.size(); ++e) {
    rest[e] -= kept[e];
  }
  return rest;
}

void Counts::add(const Counts& more) {
  tokens += more.tokens;
  add_to(demand, more.demand);
  add_to(kept, more.kept);
  add_to(first, more.first);
}

}  // namespace moestro
