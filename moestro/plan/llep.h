// SPDX-License-Identifier: Apache-2.0
// Least-loaded expert parallelism: tokens that overflow a device, and the
// weights they need, go to the devices with room. What is computed stays the
// same; only where changes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// What an overflow smaller than min_chunk does: stay on its native device,
// above the capacity (the paper's text), or go away like any other (its
// pseudo-code).
enum class SmallExcess { kKeepNative, kSpill };

// Against what the imbalance is measured that switches the plan on: loads of
// devices as the experts are placed (what makes a straggler), or of experts.
enum class ImbalanceOf { kDevices, kExperts };

struct LlepOptions {
  double alpha = 1;          // capacity of a device over the mean load
  int64_t min_chunk = 1024;  // fewest tokens worth a weight transfer
  double threshold = 1.3;    // max / mean below which nothing moves
  SmallExcess small_excess = SmallExcess::kKeepNative;
  ImbalanceOf imbalance_of = ImbalanceOf::kDevices;
};

// Tokens [begin, end) of the expert, counted over all ranks in order: rank by
// rank, on a rank by position.
struct LlepSegment {
  int32_t expert, device;
  int64_t begin, end;
};

// The weights of an expert that a device needs for its segments.
struct LlepTransfer {
  int32_t expert, from, to;
};

struct LlepPlan {
  bool fallback = false;                // balanced enough: nothing moves
  std::vector<LlepSegment> segments;    // by expert, then by begin
  std::vector<LlepTransfer> transfers;  // by expert, then by device
  std::vector<int64_t> device_load_P, plain_device_load_P;  // tokens
};

// Planner of "Least-Loaded Expert Parallelism" (Salesforce AI Research, 2025),
// from token counts [E] summed over all ranks; every rank that calls it with
// the same counts gets the same plan. Expert e is native to device e / (E / P).
// Integers only; time about E log E + (spills) P.
// DataError: no experts, devices that do not divide them, a negative
// count, a sum that overflows, options that are not finite and positive.
[[nodiscard]] LlepPlan plan_llep(
    std::span<const int64_t> load_E, int64_t devices, const LlepOptions& = {});

// Tokens that rank s sends to device d, [P][P] row-major, for the plan of the
// column sums of count_PE [P][E]. DataError: counts that do not add up to
// the plan's segments.
[[nodiscard]] std::vector<int64_t> llep_send_matrix(
    const LlepPlan&, std::span<const int64_t> count_PE);

}  // namespace moestro
MOESTRO_API_END
