// SPDX-License-Identifier: Apache-2.0
// What flows along a token's path: tokens in, scores, pairs, sums out.
// T tokens, D model, F expert hidden, E experts, K slots per token, N pairs,
// C capacity, S sequences.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/ones.h>

#include "moestro/base/api.h"
#include "moestro/control/controller.h"
#include "moestro/plan/layout.h"

MOESTRO_API_BEGIN
namespace moestro {

using at::Tensor;

// Which rows are real tokens. Those of a batch without padding say so without
// a look at the device, which spares copies.
class ValidRows {
 public:
  ValidRows() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a mask is the ordinary case.
  ValidRows(Tensor mask_T) : mask_T_(std::move(mask_T)) {}
  [[nodiscard]] static ValidRows all(int64_t rows, at::Device device) {
    ValidRows valid(at::ones({rows}, at::device(device).dtype(at::kBool)));
    valid.padded_ = false;
    return valid;
  }
  [[nodiscard]] const Tensor& mask() const { return mask_T_; }  // bool [T]
  [[nodiscard]] bool padded() const { return padded_; }

 private:
  Tensor mask_T_;
  bool padded_ = true;
};

// What the model knows about its rows; one per forward.
struct Tokens {
  ValidRows valid_T;
  Tensor sequence_T;  // int64, ascending from 0
  Tensor serial_T;    // int64, number in the global batch: keys random draws
  Tensor id_T{};      // vocabulary id; undefined where there is none
  int64_t num_sequences = 1;
};

enum class Phase { kTrain, kRecompute, kEvaluate };

// Names one pass of one layer: keys draws, counts, replays.
struct Moment {
  uint64_t seed = 0;
  int64_t step = 0;
  int32_t micro = 0, layer = 0;
  int32_t routing = 0;  // place among the layer's routings
};

// What one routing of one layer carries from step to step.
struct RoutingState {
  std::string name;  // "" where the layer has one routing
  Knobs knobs;
  Layout layout;
};

struct RouteContext {
  Phase phase = Phase::kTrain;
  Moment at;
  const Tokens& tokens;
  const Knobs& knobs;
  const Layout& layout;
  std::span<const RoutingState> routings{};  // of the layer
  Tensor replay_TK{};  // forced experts, -1 = none; undefined unless given

  // Random draws happen in training passes only.
  [[nodiscard]] bool draws() const { return phase != Phase::kEvaluate; }
  [[nodiscard]] int64_t num_experts() const {
    return static_cast<int64_t>(layout.target.size());
  }
  // The same pass for another routing of the layer.
  [[nodiscard]] RouteContext of(size_t place) const {
    auto moment = at;
    moment.routing = static_cast<int32_t>(place);
    return {
        .phase = phase,
        .at = moment,
        .tokens = tokens,
        .knobs = routings[place].knobs,
        .layout = routings[place].layout,
        .routings = routings,
        .replay_TK = replay_TK};
  }
};

struct Scores {
  Tensor logits_TE;        // after perturbation, fp32
  Tensor live_TE;          // differentiable, unbiased: weights come from it
  Tensor choice_TE;        // detached, biased, -inf = forbidden: selection
  Tensor tie_TE;           // the logits behind choice_TE rank equal choices
  double temperature = 1;  // live is the score of logits / temperature
};

// N is fixed by shape (T*K, E*C with C of all rows, T*E), never by data.
// Served pairs first, by (expert, token); then dropped, masked and unused ones.
// A dropped pair keeps its expert and lies after offset_E1[E]; expert -1 =
// slot not used.
struct Assignment {
  Tensor token_N, expert_N, slot_N;  // int64
  Tensor offset_E1;  // int64; served by e: [offset[e], offset[e + 1])
  Tensor demand_E;   // int64, asked for before capacity, with what admit adds

  [[nodiscard]] int64_t num_experts() const { return demand_E.size(0); }
};

// All that losses, ledger and every-step metrics read; valid tokens only.
struct Sums {
  Tensor valid_S;              // int64 real tokens
  Tensor demand_SE, first_SE;  // int64: all slots, first choices
  Tensor prob_SE, mass_SE;     // sums of normalised score, of combine weight
  Tensor lse2_S, entropy_S;    // sums of logsumexp^2, of H(score), nats
  Tensor extremes;             // [3]: max |logit|, least margin between the
                               // last chosen and the first refused expert,
                               // non-finite count; no gradient
};

using Terms = std::vector<std::pair<std::string, Tensor>>;

struct Routing {
  Assignment pairs;
  Tensor weight_N;
  Sums sums;
  Scores scores;  // undefined members where a fused router ran, nobody asked
  Terms terms;    // regularisers of a part: VQ, DSelect-k, distillation
  bool fixed_k = false;  // every valid token asked for k experts: the ledger
                         // holds the pass to it
};

}  // namespace moestro
MOESTRO_API_END
