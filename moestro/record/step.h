// SPDX-License-Identifier: Apache-2.0
// What one optimizer step leaves behind: sufficient statistics, from which all
// metrics are derived later. The same for our trainer, watched models and
// imported traces.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// One layer's routing over the whole step, training tokens only, each counted
// once. E experts, S sequences.
struct LayerRecord {
  int32_t layer = 0;              // number of the block, dense ones counted
  int64_t tokens = 0;             // valid tokens routed
  std::vector<int64_t> demand;    // [E] asked for before capacity
  std::vector<int64_t> kept;      // [E] served
  std::vector<double> prob;       // [E] sum of normalised scores
  std::vector<double> mass;       // [E] sum of combine weights
  std::vector<double> grad_norm;  // [E] of each expert's weights, or empty
  std::vector<int64_t> sequence_tokens;  // [S] valid tokens of each sequence
  std::vector<int64_t> sequence_demand;  // [S * E], row-major
  double lse2 = 0;                       // sum over tokens of logsumexp^2
  double entropy = 0;                    // sum over tokens of H(score), nats
  double max_logit = 0;                  // max |z|
  double min_margin = 0;  // least gap of last chosen to first refused
  int64_t nonfinite = 0;  // logits
  std::vector<std::pair<std::string, double>> losses;  // raw, unscaled
  std::vector<std::pair<std::string, double>> extras;  // every-N-steps probes
};

struct StepRecord {
  int64_t step = 0;  // 1 = the first optimizer step
  bool skipped = false;
  // Run-wide series: "loss/lm", "loss/balance", "lr", "grad_norm/router", ...
  std::vector<std::pair<std::string, double>> scalars;
  std::vector<LayerRecord> layers;
};

}  // namespace moestro
MOESTRO_API_END
