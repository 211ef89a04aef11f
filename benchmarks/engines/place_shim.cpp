// SPDX-License-Identifier: Apache-2.0
// The planners of placement for the contestants' language.
#include <algorithm>
#include <cstdint>
#include <span>

#include "moestro/plan/eplb.h"
#include "moestro/plan/llep.h"
#include "moestro/plan/place.h"
#include "moestro/stats/null.h"

namespace {

struct Cluster {
  int64_t layers, experts, slots, devices, nodes, groups;
};

moestro::PlacementProblem layer_of(
    const Cluster& c, const double* load_LE, int64_t layer) {
  const auto E = static_cast<size_t>(c.experts);
  return {
      std::span(load_LE + static_cast<size_t>(layer) * E, E),
      c.slots,
      c.devices,
      c.nodes,
      c.groups};
}

}  // namespace

extern "C" {

void moestro_eplb(Cluster c, const double* load_LE, int32_t* expert_LS) {
  for (int64_t l = 0; l < c.layers; ++l) {
    const auto plan = moestro::eplb(layer_of(c, load_LE, l));
    expert_LS = std::ranges::copy(plan.expert_S, expert_LS).out;
  }
}

// Peaks of one layer: EPLB, ours, and the bound.
void moestro_place(Cluster c, const double* load_E, double* eplb_ours_bound) {
  const auto problem = layer_of(c, load_E, 0);
  const auto plan = moestro::place(problem);
  eplb_ours_bound[0] = moestro::eplb(problem).peak;
  eplb_ours_bound[1] = plan.placement.peak;
  eplb_ours_bound[2] = plan.bound;
}

// Which expert each slot of one layer holds in our placement.
void moestro_place_slots(Cluster c, const double* load_E, int32_t* expert_S) {
  const auto plan = moestro::place(layer_of(c, load_E, 0));
  std::ranges::copy(plan.placement.expert_S, expert_S);
}

int64_t moestro_llep(const int64_t* load_E, int64_t experts, int64_t devices) {
  const auto plan = moestro::plan_llep(
      std::span(load_E, static_cast<size_t>(experts)), devices);
  return static_cast<int64_t>(plan.segments.size());
}

double moestro_max_vio(int64_t tokens, int64_t experts, int64_t top_k) {
  return moestro::simulate_null({experts, top_k, tokens}).quantile(0.99);
}
}
