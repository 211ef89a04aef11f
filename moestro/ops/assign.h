// SPDX-License-Identifier: Apache-2.0
// Building blocks of selectors, admission and routers.
#pragma once

#include "moestro/base/philox.h"
#include "moestro/ops/routing.h"

MOESTRO_API_BEGIN
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

// [T, E] bool: the token asked for the expert, served or not.
[[nodiscard]] Tensor chosen(const Assignment&, int64_t tokens);

// [N] entries of a [T, E] matrix; slots not used read expert 0.
[[nodiscard]] Tensor at_pairs(const Tensor& value_TE, const Assignment&);

// Of each expert's served pairs keeps the `capacity` (0-dim) first ones in the
// order of the permutation order_N; the others are dropped.
[[nodiscard]] Assignment keep_first(
    const Assignment&, const Tensor& order_N, const Tensor& capacity);

// The least finite number of a type that scores have.
[[nodiscard]] double lowest(at::ScalarType);

// NaN becomes the lowest finite score, so that it ranks last but is not
// forbidden.
[[nodiscard]] Tensor rankable(const Tensor& score);

// Positions along the last dimension from the best to the worst: by choice,
// equal ones by `tie`, then the lower one first. NaN ranks below every finite
// number.
[[nodiscard]] Tensor ranked(const Tensor& choice, const Tensor& tie);

// The k best experts of each token in that order; -1 where the choice is -inf.
[[nodiscard]] Tensor best(
    const Tensor& choice_TE, const Tensor& tie_TE, int64_t k);

// Rows of padding become 0: they may hold anything, and 0 * NaN is NaN.
[[nodiscard]] Tensor zero_padding(const Tensor& row_TX, const Tokens&);

// Logits over temperature. In double where that rounds, so that logits of 1e4
// still tell their differences.
[[nodiscard]] Tensor cooled(const Tensor& logits, double temperature);

// Softmax over the experts that `among_TE` allows, 0 elsewhere; over all where
// it is undefined, equal shares where it allows nobody.
[[nodiscard]] Tensor softmax_among(
    const Tensor& logits_TE, const Tensor& among_TE);

// Scores with the bias of the knobs added; as they are where there is none.
[[nodiscard]] Tensor biased(const Tensor& score_TE, const RouteContext&);

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

// The same as a 0-dim tensor, T being the valid tokens and k that of the knobs:
// nobody asks the data for it.
[[nodiscard]] Tensor capacity(
    const RouteContext&, double factor, int64_t minimum);

// [S, E] int64: how many pairs of valid tokens ask for each expert.
[[nodiscard]] Tensor demand_by_sequence(const Assignment&, const Tokens&);

// -sum p ln p over the last dimension; a share of 0 adds 0 and no NaN to the
// gradient.
[[nodiscard]] Tensor entropy(const Tensor& prob);

// Per sequence, valid tokens only. `prob_TE`: scores normalised per token.
[[nodiscard]] Sums sum_up(
    const Assignment&,
    const Tensor& weight_N,
    const Scores&,
    const Tensor& prob_TE,
    const RouteContext&);

}  // namespace moestro
MOESTRO_API_END
