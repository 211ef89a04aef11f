// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/eplb.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "moestro/plan/heap.h"
#include "moestro/plan/replicate.h"

namespace moestro {
namespace {

// Items, `weights.size() / packs` a pack: the heaviest first, each to the
// lightest pack with room, ties to the first. Pack after pack.
std::vector<int32_t> pack(const std::vector<float>& weights, size_t packs) {
  const auto per = weights.size() / packs;
  std::vector<int32_t> packed(weights.size());
  if (per == 1) {
    std::iota(packed.begin(), packed.end(), 0);
    return packed;
  }
  std::vector<SortWord> items, open;  // open: packs with room, a heap
  items.reserve(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    items.emplace_back(weights[i], ~static_cast<uint32_t>(i));
  }
  std::ranges::sort(items, std::greater<>());
  for (size_t i = 0; i < packs; ++i) {
    open.emplace_back(0, static_cast<uint32_t>(i));
  }
  std::vector<size_t> filled(packs);
  for (const auto& item : items) {
    const auto number = open.front().number();
    packed[number * per + filled[number]] =
        static_cast<int32_t>(~item.number());
    if (++filled[number] < per) {
      replace_top(
          open,
          SortWord(open.front().value() + item.value(), number),
          std::greater<>());
    } else {
      std::ranges::pop_heap(open, std::greater<>());
      open.pop_back();
    }
  }
  return packed;
}

// A power of two brings the largest load below 1: no decision changes.
std::vector<float> in_single_precision(std::span<const double> load_E) {
  const double largest = std::ranges::max(load_E);
  const int exponent = largest > 0 ? std::ilogb(largest) + 1 : 0;
  std::vector<float> out;
  for (const auto load : load_E) {
    out.push_back(static_cast<float>(std::ldexp(load, -exponent)));
  }
  return out;
}

std::vector<std::vector<int32_t>> deal_groups(
    const PlacementProblem& p, const std::vector<float>& load_E) {
  const bool one = p.groups % p.nodes != 0;
  const auto nodes = static_cast<size_t>(one ? 1 : p.nodes);
  const auto groups = static_cast<size_t>(one ? 1 : p.groups);
  const auto size = load_E.size() / groups;
  std::vector<float> load_of_group;
  for (size_t g = 0; g < groups; ++g) {
    const auto first = load_E.begin() + static_cast<ptrdiff_t>(g * size);
    load_of_group.push_back(
        std::accumulate(first, first + static_cast<ptrdiff_t>(size), 0.0F));
  }
  const auto packed = pack(load_of_group, nodes);
  std::vector<std::vector<int32_t>> out(nodes);
  for (size_t i = 0; i < groups; ++i) {
    const auto first = static_cast<size_t>(packed[i]) * size;
    for (size_t e = first; e < first + size; ++e) {
      out[i / (groups / nodes)].push_back(static_cast<int32_t>(e));
    }
  }
  return out;
}

Placement place_replicas(
    const PlacementProblem& p,
    const std::vector<float>& load_E,
    const std::vector<std::vector<int32_t>>& experts_N) {
  const auto nodes = experts_N.size();
  std::vector<int32_t> expert_S;
  for (const auto& experts : experts_N) {
    std::vector<float> loads;
    loads.reserve(experts.size());
    for (const auto e : experts) {
      loads.push_back(load_E[static_cast<size_t>(e)]);
    }
    const auto replicas =
        replicate(loads, static_cast<size_t>(p.slots) / nodes);
    for (const auto s :
         pack(replicas.load_S, static_cast<size_t>(p.devices) / nodes)) {
      const auto item = replicas.item_S[static_cast<size_t>(s)];
      expert_S.push_back(experts[static_cast<size_t>(item)]);
    }
  }
  return finish_placement(p, std::move(expert_S));
}

}  // namespace

std::vector<std::vector<int32_t>> node_experts(const PlacementProblem& p) {
  return deal_groups(p, in_single_precision(p.load_E));
}

Placement eplb_within(
    const PlacementProblem& p,
    const std::vector<std::vector<int32_t>>& experts_N) {
  return place_replicas(p, in_single_precision(p.load_E), experts_N);
}

Placement eplb(const PlacementProblem& p) {
  check_placement_problem(p);
  const auto load_E = in_single_precision(p.load_E);
  return place_replicas(p, load_E, deal_groups(p, load_E));
}

}  // namespace moestro
