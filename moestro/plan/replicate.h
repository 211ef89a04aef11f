// SPDX-License-Identifier: Apache-2.0
// Copies for the largest loads. Not public.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/heap.h"

MOESTRO_API_BEGIN
namespace moestro {

template <class Real>
struct Replicated {
  std::vector<int32_t> item_S;  // every item once, then the further replicas
  std::vector<Real> load_S;     // of one replica
};

// The item with the largest load per replica gets one more, ties to the first,
// until there are `slots`: the largest replica is as small as it can be.
template <class Real>
[[nodiscard]] Replicated<Real> replicate(
    const std::vector<Real>& loads, size_t slots) {
  struct Candidate {
    Real each;
    size_t item;
    bool operator<(const Candidate& other) const {
      return each != other.each ? each < other.each : item > other.item;
    }
  };
  std::vector<Candidate> heap(loads.size());
  for (size_t i = 0; i < heap.size(); ++i) {
    heap[i] = {loads[i], i};
  }
  std::make_heap(heap.begin(), heap.end());
  std::vector<Real> count(loads.size(), 1);
  Replicated<Real> out{std::vector<int32_t>(loads.size()), {}};
  std::iota(out.item_S.begin(), out.item_S.end(), 0);
  while (out.item_S.size() < slots) {
    const auto item = heap.front().item;
    out.item_S.push_back(static_cast<int32_t>(item));
    replace_top(
        heap, Candidate{loads[item] / ++count[item], item}, std::less<>());
  }
  for (const auto item : out.item_S) {
    const auto i = static_cast<size_t>(item);
    out.load_S.push_back(loads[i] / count[i]);
  }
  return out;
}

}  // namespace moestro
MOESTRO_API_END
