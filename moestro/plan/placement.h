// SPDX-License-Identifier: Apache-2.0
// Where the experts of one layer live: physical slots, numbered device by
// device, each holding one expert. An expert in r slots is served by them in
// equal parts, so the load of a device is the sum of load / r over its slots.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// A view: the caller keeps the loads alive.
struct PlacementProblem {
  std::span<const double> load_E;  // tokens, or any unit; >= 0
  int64_t slots = 0;               // at least one an expert
  int64_t devices = 1;             // divides slots
  int64_t nodes = 1;               // divides devices
  int64_t groups = 1;              // of consecutive experts; divides E

  // The replicas of a group stay on one node when groups can be dealt out
  // evenly; otherwise (and with one node) everything may go everywhere.
  [[nodiscard]] bool by_node() const {
    return nodes > 1 && groups % nodes == 0;
  }
};

struct Placement {
  std::vector<int32_t> expert_S;      // the expert in a slot
  std::vector<int64_t> replicas_E;    // slots an expert has, at least 1
  std::vector<double> device_load_G;  // unit of the loads
  double peak = 0;                    // largest device load
  double mean = 0;                    // of the device loads
};

// Slots of one problem beyond this are refused.
constexpr int64_t kMostSlots = int64_t{1} << 20;

// DataError that names the rule and the place: sizes that do not divide
// each other, more experts than slots, a load that is negative or not finite,
// a sum of loads that overflows.
void check_placement_problem(const PlacementProblem&);

// Counts replicas and adds up device loads. DataError: slots that are not
// as many as the problem's, unknown experts, an expert without a slot.
[[nodiscard]] Placement finish_placement(
    const PlacementProblem&, std::vector<int32_t> expert_S);

}  // namespace moestro
MOESTRO_API_END
