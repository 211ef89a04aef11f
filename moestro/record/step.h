// SPDX-License-Identifier: Apache-2.0
// What one optimizer step leaves behind: sufficient statistics, from which all
// metrics are derived later. The same for our trainer, watched models and
// imported traces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/text.h"
#include "moestro/record/counts.h"
#include "moestro/stats/sequence_sums.h"

MOESTRO_API_BEGIN
namespace moestro {

// "layer/01/", "layer/01/codebook/": where the scalar series of a routing
// begin.
[[nodiscard]] inline std::string series_prefix(
    int32_t layer, std::string_view routing = {}) {
  return "layer/" + two_digits(layer) + "/" +
         (routing.empty() ? "" : std::string(routing) + "/");
}

// In place of a layer's number: the extras are the scalars of the run.
inline constexpr int32_t kRun = -1;

// One layer's routing over the whole step, training tokens only: O(E) numbers,
// however many sequences there were.
struct LayerRecord {
  int32_t layer = 0;      // number of the block, dense ones counted; kRun
  std::string routing{};  // "" where the layer has one
  Counts counts;
  std::vector<double> prob;       // [E] sum of normalised scores
  std::vector<double> mass;       // [E] sum of combine weights
  std::vector<double> grad_norm;  // [E] of each expert's weights, or empty
  SequenceSums sequences;         // how demand varies between sequences
  // [domains, E] demand of each kind of text, by RunFacts::domains; empty = not
  // known. A domain that the step does not have is a row of zeros.
  std::vector<int64_t> domain_demand;
  double lse2 = 0;        // sum over tokens of logsumexp^2
  double entropy = 0;     // sum over tokens of H(score), nats
  double max_logit = 0;   // max |z|
  double min_margin = 0;  // least gap of last chosen to first refused
  int64_t nonfinite = 0;  // logits
  std::vector<std::pair<std::string, double>> losses;  // raw, unscaled
  std::vector<std::pair<std::string, double>> extras;  // every-N-steps probes

  [[nodiscard]] SequenceView sequence_view() const {
    return {counts.tokens, counts.demand, sequences};
  }
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
