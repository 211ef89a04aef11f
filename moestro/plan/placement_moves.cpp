// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/placement_moves.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "moestro/plan/exact_assignment.h"
#include "moestro/plan/placement_state.h"

namespace moestro {
namespace {

using Slots = std::span<const int32_t>;

// Device by device, each sorted.
std::vector<int32_t> sorted_devices(Slots slots, size_t per) {
  std::vector<int32_t> out(slots.begin(), slots.end());
  for (size_t first = 0; first < out.size(); first += per) {
    std::ranges::sort(std::span(out).subspan(first, per));
  }
  return out;
}

// Replicas that two devices have in common; both are sorted.
double in_common(Slots a, Slots b) {
  std::vector<int32_t> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return static_cast<double>(both.size());
}

// The experts of `wanted` in an order that leaves shared ones in place.
std::vector<int32_t> ordered_like(Slots current, Slots wanted) {
  std::unordered_map<int32_t, int64_t> wanted_of, kept_of;
  for (const auto e : wanted) {
    ++wanted_of[e];
  }
  std::vector<int32_t> out(current.size(), -1);
  for (size_t s = 0; s < out.size(); ++s) {
    const auto e = current[s];
    if (wanted_of.contains(e) && kept_of[e] < wanted_of[e]) {
      out[s] = e;
      ++kept_of[e];
    }
  }
  // The first of each are the kept ones; what is left comes from behind.
  std::vector<int32_t> left;
  for (const auto e : wanted) {
    if (kept_of[e]-- <= 0) {
      left.push_back(e);
    }
  }
  for (auto& e : out) {
    if (e < 0) {
      e = left.back();
      left.pop_back();
    }
  }
  return out;
}

// Devices [first, first + count): which wanted device goes where.
std::vector<int32_t> device_matching(
    Slots wanted_S, Slots current_S, size_t count, size_t per) {
  // The matrix of all pairs is the work and the memory.
  constexpr size_t kMostDevices = 1024, kMostWork = size_t{1} << 28;
  if (count > kMostDevices || count * count * per > kMostWork) {
    std::vector<int32_t> same(count);
    std::iota(same.begin(), same.end(), 0);
    return same;
  }
  const auto wanted = sorted_devices(wanted_S, per);
  const auto current = sorted_devices(current_S, per);
  std::vector<double> common(count * count);
  for (size_t w = 0; w < count; ++w) {
    for (size_t c = 0; c < count; ++c) {
      common[w * count + c] = in_common(
          Slots(wanted).subspan(w * per, per),
          Slots(current).subspan(c * per, per));
    }
  }
  const std::vector<int64_t> one(count, 1);
  const auto n = static_cast<int64_t>(count);
  return exact_assignment({n, n, 1, common, one}).experts_TK;
}

struct Offer {
  std::vector<int32_t> expert_S;
  double price = 0;  // peak and cost of the moves
};

void take_cheaper(
    Offer& best,
    const PlacementProblem& p,
    std::vector<int32_t> expert_S,
    const PlaceOptions& options) {
  const auto moves = count_moves(options.current_S, expert_S);
  const double price = finish_placement(p, expert_S).peak +
                       options.move_cost * static_cast<double>(moves);
  if (moves <= options.max_moves && price < best.price * (1 - 1e-12)) {
    best = {std::move(expert_S), price};
  }
}

}  // namespace

int64_t count_moves(Slots from_S, Slots to_S) {
  int64_t moves = 0;
  for (size_t s = 0; s < from_S.size(); ++s) {
    moves += from_S[s] != to_S[s] ? 1 : 0;
  }
  return moves;
}

std::vector<int32_t> renamed_to_fit(
    const PlacementProblem& p, Slots wanted_S, Slots current_S) {
  const auto per = static_cast<size_t>(p.slots / p.devices);
  const auto nodes = static_cast<size_t>(p.by_node() ? p.nodes : 1);
  const auto devices = static_cast<size_t>(p.devices) / nodes;
  std::vector<int32_t> out(wanted_S.size());
  for (size_t node = 0; node < nodes; ++node) {
    const auto first = node * devices * per;
    const auto wanted = wanted_S.subspan(first, devices * per);
    const auto current = current_S.subspan(first, devices * per);
    const auto to = device_matching(wanted, current, devices, per);
    for (size_t w = 0; w < devices; ++w) {
      const auto at = static_cast<size_t>(to[w]) * per;
      std::ranges::copy(
          ordered_like(current.subspan(at, per), wanted.subspan(w * per, per)),
          out.begin() + static_cast<ptrdiff_t>(first + at));
    }
  }
  return out;
}

std::vector<int32_t> affordable(
    const PlacementProblem& p,
    Slots wanted_S,
    const PlaceOptions& options,
    Effort& effort) {
  Offer best{{options.current_S.begin(), options.current_S.end()}, 0};
  best.price = finish_placement(p, best.expert_S).peak;
  take_cheaper(
      best, p, renamed_to_fit(p, wanted_S, options.current_S), options);
  PlacementState state(p, {options.current_S.begin(), options.current_S.end()});
  while (effort.spend(16 * p.slots) &&
         count_moves(options.current_S, state.slots()) < options.max_moves) {
    auto change = state.best_gift(effort);
    change = change ? change : state.best_swap(effort);
    if (!change) {
      break;
    }
    state.apply(*change);
    take_cheaper(best, p, state.slots(), options);
  }
  return best.expert_S;
}

}  // namespace moestro
