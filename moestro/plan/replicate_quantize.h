// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct ReplicateOptions {
  int64_t replicas = 1;         // how many of the most loaded experts get one
  int64_t weights = 0;          // of one expert
  double full_bytes = 2;        // of a weight
  double low_bytes = 1;         // of a quantized weight; below full_bytes
  double extra_bytes_most = 0;  // memory that may be added; negative: saved
};

struct ReplicatePlan {
  std::vector<int32_t> replicated;  // most loaded first
  std::vector<int32_t> quantized;   // least important first
  double extra_bytes = 0;           // replicas less what quantizing saves
  double imbalance = 1, imbalance_after = 1;  // max / mean, even split
};

// Plan of Replicate-and-Quantize (arXiv 2602.19938) for one layer: the most
// loaded experts get a second, low-bit copy that takes half their tokens; the
// least important of the others are quantized, as many as pay for the copies
// within the byte budget. Ties go to the lower expert.
//
// load_E [E] tokens, importance_E [E] any unit (such as the loss without the
// expert). DataError: sizes that differ or are empty, loads or importances
// that are negative or not finite, replicas not in 1..E, byte sizes that are
// not finite with 0 < low < full, weights < 1, a budget that cannot be kept.
[[nodiscard]] ReplicatePlan plan_replicate_quantize(
    std::span<const double> load_E,
    std::span<const double> importance_E,
    const ReplicateOptions&);

}  // namespace moestro
MOESTRO_API_END
