// SPDX-License-Identifier: Apache-2.0
// Building blocks of selectors, admission and routers.
#pragma once

#include "moestro/ops/routing.h"

namespace moestro {

// One pair a slot: expert_TK int64, -1 = slot not used. N = T*K, in the order
// of contract 2; demand counts the used slots.
[[nodiscard]] Assignment assign(const Tensor& expert_TK, int64_t num_experts);

// Pairs of any origin, [N] each, served_N bool: what is asked for but not
// served counts as demand and is sorted behind offset_E1[E].
struct Pairs {
  Tensor token_N, expert_N, slot_N, served_N;
};
[[nodiscard]] Assignment assign_pairs(const Pairs&, int64_t num_experts);

// [N] bool: the pair is served.
[[nodiscard]] Tensor served(const Assignment&);

// The k best experts of each token by stable sort: ties to the lower index;
// NaN ranks below every finite score; -1 where the score is -inf.
[[nodiscard]] Tensor best(const Tensor& choice_TE, int64_t k);

// -1 in the slots of padding.
[[nodiscard]] Tensor without_padding(
    const Tensor& expert_TK, const RouteContext&);

// [T, columns] fp32 in [0, 1), keyed by (seed, stream, step, layer, token
// serial): the same draw whatever the layout of the batch.
[[nodiscard]] Tensor uniform(
    const RouteContext&, uint32_t stream, int64_t columns);

// Standard normal, same keys.
[[nodiscard]] Tensor normal(
    const RouteContext&, uint32_t stream, int64_t columns);

// Slots of one expert: min(max(ceil(T*k*factor/E), minimum), T).
[[nodiscard]] int64_t capacity(
    int64_t tokens, int64_t k, double factor, int64_t experts, int64_t minimum);

// Per sequence, valid tokens only. `prob_TE`: scores normalised per token.
[[nodiscard]] Sums sum_up(
    const Assignment&,
    const Tensor& weight_N,
    const Scores&,
    const Tensor& prob_TE,
    const RouteContext&);

}  // namespace moestro
