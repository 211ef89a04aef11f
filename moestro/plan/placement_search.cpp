// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/placement_search.h"

#include "moestro/base/draws.h"

namespace moestro {
namespace {

Philox4 kick_block(uint64_t round, uint32_t block) {
  constexpr uint32_t kStream = 0x91ACE;
  return draw({.stream = kStream}, round, block);
}

// One random change in the node of the peak device: half the time a replica
// goes to an expert of that device, if one can be spared.
void kick(PlacementState& state, size_t experts, Draws& dice) {
  const auto per = state.slots_of_device();
  const auto top = state.peak_device() * per;
  const auto first = state.node_of_slot(top) * state.slots_of_node();
  const auto slot = first + dice.below(state.slots_of_node());
  const auto hot = top + dice.below(per);
  if (dice.below(2) == 0) {
    state.apply({Change::Kind::kSwap, hot, slot});
    return;
  }
  const auto expert = dice.below(2) == 0
                          ? static_cast<size_t>(state.slots()[hot])
                          : dice.below(experts);
  if (state.is_replicated(slot) && state.belongs(expert, slot) &&
      static_cast<size_t>(state.slots()[slot]) != expert) {
    state.apply({Change::Kind::kGive, slot, expert});
  }
}

}  // namespace

void descend(PlacementState& state, Effort& effort) {
  while (true) {
    auto change = state.best_swap(effort);
    change = change ? change : state.best_gift(effort);
    if (!change) {
      return;
    }
    state.apply(*change);
  }
}

std::vector<int32_t> search_placement(
    const PlacementProblem& p,
    std::vector<int32_t> start_S,
    const SearchLimits& limits,
    Effort& effort) {
  PlacementState best(p, std::move(start_S));
  descend(best, effort);
  for (int64_t round = 0; round < limits.rounds && best.peak() > limits.goal;
       ++round) {
    if (!effort.spend(4 * p.slots)) {
      break;
    }
    Draws dice(kick_block, static_cast<uint64_t>(round));
    auto next = best;
    for (auto times = 1 + dice.below(3); times > 0; --times) {
      kick(next, p.load_E.size(), dice);
    }
    descend(next, effort);
    if (next.peak() <= best.peak()) {
      best = std::move(next);
    }
  }
  return best.slots();
}

}  // namespace moestro
