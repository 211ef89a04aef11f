// SPDX-License-Identifier: Apache-2.0
// A placement that is being changed: device loads kept up to date, and what a
// change would make of the peak. Not public.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/effort.h"
#include "moestro/plan/placement.h"

MOESTRO_API_BEGIN
namespace moestro {

// Two slots change places, or the expert of one slot gives it to another.
struct Change {
  enum class Kind { kSwap, kGive } kind = Kind::kSwap;
  size_t slot = 0;
  size_t other = 0;  // the other slot, or the expert that gets this one
};

class PlacementState {
 public:
  // Takes a checked problem. Changes stay inside nodes where it is by_node().
  PlacementState(const PlacementProblem&, std::vector<int32_t> expert_S);

  [[nodiscard]] double peak() const;
  [[nodiscard]] const std::vector<int32_t>& slots() const { return expert_S_; }
  [[nodiscard]] size_t peak_device() const;
  [[nodiscard]] size_t node_of_slot(size_t slot) const {
    return slot / per_ / devices_of_node_;
  }
  [[nodiscard]] size_t slots_of_device() const { return per_; }
  [[nodiscard]] size_t slots_of_node() const { return per_ * devices_of_node_; }
  // An expert may live in the node of a slot.
  [[nodiscard]] bool belongs(size_t expert, size_t slot) const;
  [[nodiscard]] bool is_replicated(size_t slot) const;

  void apply(const Change&);
  // The change that lowers the peak device most without making another one as
  // heavy, if there is any: swaps first, which disturb two devices only. None
  // when the effort is exhausted.
  [[nodiscard]] std::optional<Change> best_swap(Effort&) const;
  [[nodiscard]] std::optional<Change> best_gift(Effort&);

 private:
  [[nodiscard]] double each(size_t expert) const;
  void give(size_t slot, size_t expert);
  void weigh_again(size_t expert, double change);
  [[nodiscard]] double peak_after_gift(size_t slot, size_t expert);

  std::span<const double> load_E_;
  size_t per_, devices_of_node_;
  std::vector<int32_t> expert_S_;
  std::vector<std::vector<uint32_t>> slots_E_;  // where an expert is
  std::vector<size_t> node_E_;
  std::vector<double> device_G_, scratch_G_;
};

}  // namespace moestro
MOESTRO_API_END
