// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/placement.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "moestro/base/error.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

std::string named(const char* name, int64_t value) {
  return std::string(name) + "=" + std::to_string(value);
}

void check_divides(const char* a, int64_t part, const char* b, int64_t whole) {
  if (part < 1 || whole % part != 0) {
    fail_data(
        "[placement] " + std::string(a) + " must divide " + b + "; got " +
        named(a, part) + ", " + named(b, whole));
  }
}

void check_loads(std::span<const double> load_E) {
  double sum = 0;
  for (size_t e = 0; e < load_E.size(); ++e) {
    if (!std::isfinite(load_E[e]) || load_E[e] < 0) {
      fail_data(
          "[placement] loads are finite and not negative; expert " +
          std::to_string(e) + " has " + shortest(load_E[e]));
    }
    sum += load_E[e];
  }
  if (!std::isfinite(sum)) {
    fail_data("[placement] the sum of the loads overflows; scale them down");
  }
}

}  // namespace

void check_placement_problem(const PlacementProblem& p) {
  const auto E = static_cast<int64_t>(p.load_E.size());
  if (E == 0) {
    fail_data("[placement] there are no experts");
  }
  if (p.slots < E || p.slots > kMostSlots) {
    fail_data(
        "[placement] every expert needs a slot, and there are at most " +
        std::to_string(kMostSlots) + "; got " + named("experts", E) + ", " +
        named("slots", p.slots));
  }
  check_divides("devices", p.devices, "slots", p.slots);
  check_divides("nodes", p.nodes, "devices", p.devices);
  check_divides("groups", p.groups, "experts", E);
  check_loads(p.load_E);
}

Placement finish_placement(
    const PlacementProblem& p, std::vector<int32_t> expert_S) {
  const auto E = p.load_E.size();
  if (expert_S.size() != static_cast<size_t>(p.slots)) {
    fail_data(
        "[placement] " + std::to_string(expert_S.size()) + " slots given for " +
        named("slots", p.slots));
  }
  Placement out{.expert_S = std::move(expert_S)};
  out.replicas_E.resize(E);
  for (const auto e : out.expert_S) {
    if (e < 0 || static_cast<size_t>(e) >= E) {
      fail_data(
          "[placement] there is no expert " + std::to_string(e) + " of " +
          std::to_string(E));
    }
    ++out.replicas_E[static_cast<size_t>(e)];
  }
  const auto missing = std::ranges::find(out.replicas_E, 0);
  if (missing != out.replicas_E.end()) {
    fail_data(
        "[placement] expert " +
        std::to_string(missing - out.replicas_E.begin()) + " has no slot");
  }
  const auto per = static_cast<size_t>(p.slots / p.devices);
  out.device_load_G.resize(static_cast<size_t>(p.devices));
  for (size_t s = 0; s < out.expert_S.size(); ++s) {
    const auto e = static_cast<size_t>(out.expert_S[s]);
    out.device_load_G[s / per] +=
        p.load_E[e] / static_cast<double>(out.replicas_E[e]);
  }
  out.peak = std::ranges::max(out.device_load_G);
  out.mean = std::accumulate(p.load_E.begin(), p.load_E.end(), 0.0) /
             static_cast<double>(p.devices);
  return out;
}

}  // namespace moestro
