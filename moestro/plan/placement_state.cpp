// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/placement_state.h"

#include <algorithm>

namespace moestro {
namespace {

// Smaller gains are rounding, and would let the search go in circles.
constexpr double kLeastGain = 1e-12;

}  // namespace

PlacementState::PlacementState(
    const PlacementProblem& p, std::vector<int32_t> expert_S)
    : load_E_(p.load_E),
      per_(static_cast<size_t>(p.slots / p.devices)),
      devices_of_node_(
          static_cast<size_t>(p.by_node() ? p.devices / p.nodes : p.devices)),
      expert_S_(std::move(expert_S)),
      slots_E_(p.load_E.size()),
      node_E_(p.load_E.size()),
      device_G_(static_cast<size_t>(p.devices)) {
  for (size_t s = 0; s < expert_S_.size(); ++s) {
    const auto e = static_cast<size_t>(expert_S_[s]);
    slots_E_[e].push_back(static_cast<uint32_t>(s));
    node_E_[e] = node_of_slot(s);
  }
  for (size_t s = 0; s < expert_S_.size(); ++s) {
    device_G_[s / per_] += each(static_cast<size_t>(expert_S_[s]));
  }
}

double PlacementState::peak() const {
  return std::ranges::max(device_G_);
}

size_t PlacementState::peak_device() const {
  return static_cast<size_t>(
      std::ranges::max_element(device_G_) - device_G_.begin());
}

double PlacementState::each(size_t expert) const {
  return load_E_[expert] / static_cast<double>(slots_E_[expert].size());
}

bool PlacementState::belongs(size_t expert, size_t slot) const {
  return node_E_[expert] == node_of_slot(slot);
}

bool PlacementState::is_replicated(size_t slot) const {
  return slots_E_[static_cast<size_t>(expert_S_[slot])].size() > 1;
}

void PlacementState::weigh_again(size_t expert, double change) {
  for (const auto s : slots_E_[expert]) {
    device_G_[s / per_] += change;
  }
}

void PlacementState::give(size_t slot, size_t expert) {
  const auto from = static_cast<size_t>(expert_S_[slot]);
  weigh_again(from, -each(from));
  weigh_again(expert, -each(expert));
  std::erase(slots_E_[from], static_cast<uint32_t>(slot));
  slots_E_[expert].push_back(static_cast<uint32_t>(slot));
  expert_S_[slot] = static_cast<int32_t>(expert);
  weigh_again(from, each(from));
  weigh_again(expert, each(expert));
}

void PlacementState::apply(const Change& change) {
  if (change.kind == Change::Kind::kGive) {
    give(change.slot, change.other);
    return;
  }
  const auto a = static_cast<size_t>(expert_S_[change.slot]);
  const auto b = static_cast<size_t>(expert_S_[change.other]);
  if (a == b) {
    return;
  }
  const double heavier = each(a) - each(b);
  device_G_[change.slot / per_] -= heavier;
  device_G_[change.other / per_] += heavier;
  std::ranges::replace(
      slots_E_[a],
      static_cast<uint32_t>(change.slot),
      static_cast<uint32_t>(change.other));
  std::ranges::replace(
      slots_E_[b],
      static_cast<uint32_t>(change.other),
      static_cast<uint32_t>(change.slot));
  std::swap(expert_S_[change.slot], expert_S_[change.other]);
}

std::optional<Change> PlacementState::best_swap(Effort& effort) const {
  const auto top = peak_device();
  const auto node = node_of_slot(top * per_);
  const auto first = node * slots_of_node();
  double lowest = device_G_[top] * (1 - kLeastGain);
  std::optional<Change> best;
  const auto consider = [&](size_t s, size_t o) {
    const double lighter = each(static_cast<size_t>(expert_S_[s])) -
                           each(static_cast<size_t>(expert_S_[o]));
    const double after =
        std::max(device_G_[top] - lighter, device_G_[o / per_] + lighter);
    if (after < lowest && o / per_ != top) {
      lowest = after;
      best = Change{Change::Kind::kSwap, s, o};
    }
  };
  for (size_t s = top * per_; s < (top + 1) * per_; ++s) {
    if (!effort.spend(static_cast<int64_t>(4 * slots_of_node()))) {
      return std::nullopt;
    }
    for (size_t o = first; o < first + slots_of_node(); ++o) {
      consider(s, o);
    }
  }
  return best;
}

// Only devices that hold one of the two experts change.
double PlacementState::peak_after_gift(size_t slot, size_t expert) {
  const auto from = static_cast<size_t>(expert_S_[slot]);
  const auto r_from = static_cast<double>(slots_E_[from].size());
  const auto r_to = static_cast<double>(slots_E_[expert].size());
  const double more = load_E_[from] / (r_from - 1) - load_E_[from] / r_from;
  const double less = load_E_[expert] / r_to - load_E_[expert] / (r_to + 1);
  scratch_G_ = device_G_;
  for (const auto s : slots_E_[from]) {
    scratch_G_[s / per_] += more;
  }
  for (const auto s : slots_E_[expert]) {
    scratch_G_[s / per_] -= less;
  }
  scratch_G_[slot / per_] +=
      load_E_[expert] / (r_to + 1) - load_E_[from] / (r_from - 1);
  return std::ranges::max(scratch_G_);
}

std::optional<Change> PlacementState::best_gift(Effort& effort) {
  const auto top = peak_device();
  const auto first = node_of_slot(top * per_) * slots_of_node();
  const auto work = static_cast<int64_t>(2 * device_G_.size() + 8);
  double lowest = device_G_[top] * (1 - kLeastGain);
  std::optional<Change> best;
  const auto consider = [&](size_t slot, size_t expert) {
    if (static_cast<size_t>(expert_S_[slot]) == expert ||
        !belongs(expert, slot) || !effort.spend(work)) {
      return;
    }
    const double after = peak_after_gift(slot, expert);
    if (after < lowest) {
      lowest = after;
      best = Change{Change::Kind::kGive, slot, expert};
    }
  };
  for (size_t s = first; s < first + slots_of_node(); ++s) {
    if (effort.exhausted) {
      return std::nullopt;
    }
    if (!is_replicated(s)) {
      continue;
    }
    const auto experts = s / per_ == top ? load_E_.size() : 0;
    for (size_t e = 0; e < experts; ++e) {
      consider(s, e);
    }
    for (size_t o = top * per_; o < (top + 1) * per_; ++o) {
      consider(s, static_cast<size_t>(expert_S_[o]));
    }
  }
  return effort.exhausted ? std::nullopt : best;
}

}  // namespace moestro
