// SPDX-License-Identifier: Apache-2.0
// Pairs, ranks, draws and sums: what every selector and router shares.
//
// Pairs are ordered by one stable sort of (bucket, token) packed in an int64;
// sums per sequence are add_rows over flat indices, with one row more for
// padding that is cut off afterwards. So a row of padding gets a gradient of
// exactly 0, and nothing larger than [T, E] exists.
#include "moestro/ops/assign.h"

#include <limits>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/ones_like.h>

#include "moestro/ops/draws.h"
#include "moestro/tensor/add_rows.h"
#include "moestro/tensor/host.h"

namespace moestro {
namespace assign_part {

constexpr int64_t kTokenBits = 40;
constexpr double kInf = std::numeric_limits<double>::infinity();

// Served by expert, then dropped ones by expert, then slots not used.
Tensor sort_keys(const Pairs& p, const Tensor& used_N, int64_t num_experts) {
  const auto late_N =
      at::where(p.served_N, p.expert_N, p.expert_N + num_experts);
  const auto bucket_N = at::where(used_N, late_N, 2 * num_experts);
  return bucket_N * (int64_t{1} << kTokenBits) + p.token_N;
}

// How often each index occurs; those beyond `count` are cut off.
Tensor counts(const Tensor& index_N, const Tensor& what_N, int64_t count) {
  return add_rows(
             at::zeros({count + 1}, what_N.options()),
             index_N.clamp_max(count),
             what_N)
      .narrow(0, 0, count);
}

Tensor count_experts(
    const Tensor& expert_N, const Tensor& which_N, int64_t num_experts) {
  return counts(
      at::where(which_N, expert_N, num_experts),
      at::ones_like(expert_N),
      num_experts);
}

// The bits of fp32 numbers, so turned that the integers sort like the numbers.
// Adding 0 makes -0 the same as 0.
Tensor ordered_bits(const Tensor& value) {
  const auto bits = (rankable(value) + 0).view(at::kInt);
  return bits.bitwise_xor(bits.bitwise_right_shift(31).bitwise_and(0x7FFFFFFF))
      .to(at::kLong);
}

// One integer for both: a second sort would double the cost of selection.
Tensor sort_bits(const Tensor& choice, const Tensor& tie) {
  return ordered_bits(choice) * (int64_t{1} << 32) + ordered_bits(tie);
}

Tensor order_of(const Tensor& value) {
  return std::get<1>(
      value.sort(/*stable=*/true, /*dim=*/-1, /*descending=*/true));
}

DrawKey key_of(const RouteContext& ctx, uint32_t stream) {
  return {
      .seed = ctx.at.seed,
      .stream = stream ^ static_cast<uint32_t>(ctx.at.routing),
      .step = static_cast<uint32_t>(ctx.at.step),
      .layer = static_cast<uint32_t>(ctx.at.layer)};
}

// [T] the sequence of each token; padding lies in one more at the end.
Tensor sequence_of(const Tokens& tokens) {
  return at::where(
      tokens.valid_T.mask(), tokens.sequence_T, tokens.num_sequences);
}

// [N] the cell of each pair in a matrix [S, E]; beyond it for slots not used
// and padding.
Tensor cells_of(
    const Assignment& pairs, const Tensor& sequence_T, const Tokens& tokens) {
  const auto num_experts = pairs.num_experts();
  const auto sequence_N = sequence_T.index_select(0, pairs.token_N);
  return at::where(
      pairs.expert_N.ge(0),
      sequence_N * num_experts + pairs.expert_N,
      tokens.num_sequences * num_experts);
}

// [S, E] sums over the pairs of each cell.
Tensor sum_cells(
    const Tensor& cell_N,
    const Tensor& what_N,
    const Tokens& tokens,
    int64_t num_experts) {
  return counts(cell_N, what_N, tokens.num_sequences * num_experts)
      .view({tokens.num_sequences, num_experts});
}

// [S, X] sums of the rows of each sequence.
Tensor per_sequence(
    const Tensor& value_TX, const Tensor& sequence_T, int64_t num_sequences) {
  const auto width = value_TX.size(1);
  const auto column_X = at::arange(width, sequence_T.options());
  const auto index_TX = sequence_T.unsqueeze(1) * width + column_X;
  return add_rows(
             at::zeros({(num_sequences + 1) * width}, value_TX.options()),
             index_TX.flatten(),
             value_TX.flatten())
      .narrow(0, 0, num_sequences * width)
      .view({num_sequences, width});
}

// Least gap between what a token has and what it was refused; +inf where
// nothing was refused. Negative where a token's own order does not decide.
Tensor least_margin(
    const Assignment& pairs, const Tensor& choice_TE, const Tensor& valid_T1) {
  const auto chosen_TE = chosen(pairs, choice_TE.size(0));
  const auto last_T1 =
      choice_TE.masked_fill(chosen_TE.logical_not(), kInf).amin(1, true);
  const auto first_T1 = choice_TE.masked_fill(chosen_TE, -kInf).amax(1, true);
  const auto margin_T1 = last_T1 - first_T1;
  return margin_T1.masked_fill(valid_T1.logical_not(), kInf).amin();
}

Tensor extremes(
    const Assignment& pairs, const Scores& s, const RouteContext& ctx) {
  const at::NoGradGuard no_gradient;
  const auto logits_TE = s.logits_TE.detach();
  if (logits_TE.numel() == 0) {
    return at::tensor({0.0, kInf, 0.0}, logits_TE.options());
  }
  const auto valid_T1 = ctx.tokens.valid_T.mask().unsqueeze(1);
  const auto finite_TE = at::isfinite(logits_TE);
  const auto largest =
      at::where(finite_TE.logical_and(valid_T1), logits_TE.abs(), 0).amax();
  const auto broken = finite_TE.logical_not().logical_and(valid_T1).sum();
  return at::stack(
      {largest,
       least_margin(pairs, s.choice_TE, valid_T1).to(largest.scalar_type()),
       broken.to(largest.scalar_type())});
}

// Not at::logsumexp: its gradient is exp(x - result), and a result of 1e4 is
// rounded by 5e-4.
Tensor lse_T1(const Tensor& x_TE) {
  const auto top_T1 = x_TE.detach().amax(1, true);
  return (x_TE - top_T1).exp().sum(1, true).log() + top_T1;
}

struct Floats {
  Tensor prob_SE, lse2_S, entropy_S;
};

Floats float_sums(
    const Scores& s,
    const Tensor& prob_TE,
    const Tensor& sequence_T,
    int64_t num_sequences) {
  const auto num_experts = prob_TE.size(1);
  const auto lse2_T1 = lse_T1(s.logits_TE).square();
  const auto entropy_T1 = entropy(prob_TE).unsqueeze(1);
  const auto all_SX = per_sequence(
      at::cat({prob_TE, lse2_T1, entropy_T1}, 1), sequence_T, num_sequences);
  return {
      .prob_SE = all_SX.narrow(1, 0, num_experts),
      .lse2_S = all_SX.select(1, num_experts),
      .entropy_S = all_SX.select(1, num_experts + 1)};
}

}  // namespace assign_part

Assignment assign(const Tensor& expert_TK, int64_t num_experts) {
  const auto tokens = expert_TK.size(0), slots = expert_TK.size(1);
  const auto token_T1 = at::arange(tokens, expert_TK.options()).unsqueeze(1);
  const auto slot_K = at::arange(slots, expert_TK.options());
  const auto expert_N = expert_TK.flatten();
  return assign_pairs(
      {.token_N = token_T1.expand({tokens, slots}).flatten(),
       .expert_N = expert_N,
       .slot_N = slot_K.expand({tokens, slots}).flatten(),
       .served_N = expert_N.ge(0)},
      num_experts);
}

Assignment assign_pairs(const Pairs& p, int64_t num_experts) {
  TORCH_CHECK(
      p.expert_N.scalar_type() == at::kLong,
      "[assign_pairs] experts are int64; got type=",
      p.expert_N.scalar_type());
  const auto used_N = p.expert_N.ge(0);
  const auto served_N = p.served_N.logical_and(used_N);
  const auto key_N = assign_part::sort_keys(p, used_N, num_experts);
  const auto order_N = std::get<1>(key_N.sort(/*stable=*/true, 0, false));
  const auto kept_E =
      assign_part::count_experts(p.expert_N, served_N, num_experts);
  return {
      .token_N = p.token_N.index_select(0, order_N),
      .expert_N = p.expert_N.index_select(0, order_N),
      .slot_N = p.slot_N.index_select(0, order_N),
      .offset_E1 =
          at::cat({at::zeros({1}, kept_E.options()), kept_E.cumsum(0)}),
      .demand_E = assign_part::count_experts(p.expert_N, used_N, num_experts)};
}

Tensor served(const Assignment& a) {
  return at::arange(a.token_N.size(0), a.token_N.options())
      .lt(a.offset_E1.select(0, a.num_experts()));
}

Tensor chosen(const Assignment& a, int64_t tokens) {
  const auto size = tokens * a.num_experts();
  const auto flat_N = a.token_N * a.num_experts() + a.expert_N;
  return at::zeros({size + 1}, a.token_N.options().dtype(at::kBool))
      .index_fill_(0, at::where(a.expert_N.ge(0), flat_N, size), true)
      .narrow(0, 0, size)
      .view({tokens, a.num_experts()});
}

Tensor at_pairs(const Tensor& value_TE, const Assignment& a) {
  return value_TE.flatten().index_select(
      0, a.token_N * value_TE.size(1) + a.expert_N.clamp_min(0));
}

Assignment keep_first(
    const Assignment& a, const Tensor& order_N, const Tensor& capacity) {
  const auto num_experts = a.num_experts();
  const auto expert_N = at::where(served(a), a.expert_N, num_experts);
  const auto [bucket_N, by_expert_N] =
      expert_N.index_select(0, order_N).sort(/*stable=*/true, 0, false);
  const auto pick_N = order_N.index_select(0, by_expert_N);
  const auto rank_N = at::arange(bucket_N.size(0), bucket_N.options()) -
                      a.offset_E1.index_select(0, bucket_N);
  return assign_pairs(
      {.token_N = a.token_N.index_select(0, pick_N),
       .expert_N = a.expert_N.index_select(0, pick_N),
       .slot_N = a.slot_N.index_select(0, pick_N),
       .served_N = rank_N.lt(capacity).logical_and(bucket_N.lt(num_experts))},
      num_experts);
}

double lowest(at::ScalarType type) {
  return type == at::kDouble ? std::numeric_limits<double>::lowest()
                             : std::numeric_limits<float>::lowest();
}

Tensor rankable(const Tensor& score) {
  return score.nan_to_num(
      lowest(score.scalar_type()), assign_part::kInf, -assign_part::kInf);
}

Tensor ranked(const Tensor& choice, const Tensor& tie) {
  if (choice.scalar_type() == at::kFloat && tie.scalar_type() == at::kFloat) {
    return assign_part::order_of(assign_part::sort_bits(choice, tie));
  }
  const auto by_tie = assign_part::order_of(rankable(tie));
  const auto by_choice =
      assign_part::order_of(rankable(choice).gather(-1, by_tie));
  return by_tie.gather(-1, by_choice);
}

Tensor best(const Tensor& choice_TE, const Tensor& tie_TE, int64_t k) {
  TORCH_CHECK(
      k >= 1 && k <= choice_TE.size(1),
      "[best] k lies between 1 and the number of experts; got k=",
      k,
      " experts=",
      choice_TE.size(1));
  const auto expert_TK = ranked(choice_TE, tie_TE).narrow(1, 0, k);
  const auto forbidden_TK = choice_TE.gather(1, expert_TK).isneginf();
  return expert_TK.masked_fill(forbidden_TK, -1);
}

Tensor zero_padding(const Tensor& row_TX, const Tokens& tokens) {
  return !tokens.valid_T.padded()
             ? row_TX
             : row_TX.masked_fill(
                   tokens.valid_T.mask().logical_not().unsqueeze(1), 0);
}

Tensor cooled(const Tensor& logits, double temperature) {
  return temperature == 1 ? logits : logits.to(at::kDouble) / temperature;
}

Tensor softmax_among(const Tensor& logits_TE, const Tensor& among_TE) {
  if (!among_TE.defined()) {
    return logits_TE.softmax(1);
  }
  return logits_TE
      .masked_fill(among_TE.logical_not(), lowest(logits_TE.scalar_type()))
      .softmax(1);
}

Tensor biased(const Tensor& score_TE, const RouteContext& ctx) {
  if (ctx.knobs.bias.empty()) {
    return score_TE;
  }
  return score_TE + without_waiting(
                        at::tensor(at::ArrayRef<float>(ctx.knobs.bias)),
                        score_TE.device());
}

Tensor without_padding(const Tensor& expert_TK, const RouteContext& ctx) {
  return !ctx.tokens.valid_T.padded()
             ? expert_TK
             : expert_TK.masked_fill(
                   ctx.tokens.valid_T.mask().logical_not().unsqueeze(1), -1);
}

Tensor uniform(const RouteContext& ctx, uint32_t stream, int64_t columns) {
  return uniform_draws(
      assign_part::key_of(ctx, stream), ctx.tokens.serial_T, columns);
}

Tensor normal(const RouteContext& ctx, uint32_t stream, int64_t columns) {
  return normal_draws(
      assign_part::key_of(ctx, stream), ctx.tokens.serial_T, columns);
}

int64_t capacity(
    int64_t tokens,
    int64_t k,
    double factor,
    int64_t experts,
    int64_t minimum) {
  const auto all = static_cast<double>(tokens);
  const double wanted = std::ceil(
      all * static_cast<double>(k) * factor / static_cast<double>(experts));
  return static_cast<int64_t>(
      std::min(std::max(wanted, static_cast<double>(minimum)), all));
}

Tensor capacity(const RouteContext& ctx, double factor, int64_t minimum) {
  const auto all = ctx.tokens.valid_T.mask().sum().to(at::kDouble);
  const auto wanted = (all * ctx.knobs.k * factor / ctx.num_experts()).ceil();
  return at::minimum(wanted.clamp_min(minimum), all).to(at::kLong);
}

Tensor demand_by_sequence(const Assignment& pairs, const Tokens& tokens) {
  const auto cell_N =
      assign_part::cells_of(pairs, assign_part::sequence_of(tokens), tokens);
  return assign_part::sum_cells(
      cell_N, at::ones_like(cell_N), tokens, pairs.num_experts());
}

Tensor entropy(const Tensor& prob) {
  const double tiny = std::numeric_limits<float>::min();
  return -(prob * prob.clamp_min(tiny).log()).sum(-1);
}

Sums sum_up(
    const Assignment& pairs,
    const Tensor& weight_N,
    const Scores& s,
    const Tensor& prob_TE,
    const RouteContext& ctx) {
  const auto num_sequences = ctx.tokens.num_sequences;
  const auto sequence_T = assign_part::sequence_of(ctx.tokens);
  const auto cell_N = assign_part::cells_of(pairs, sequence_T, ctx.tokens);
  const auto first_N = pairs.slot_N.eq(0).to(at::kLong);
  const auto sum_cells = [&](const Tensor& what_N) {
    return assign_part::sum_cells(
        cell_N, what_N, ctx.tokens, pairs.num_experts());
  };
  const auto floats =
      assign_part::float_sums(s, prob_TE, sequence_T, num_sequences);
  return {
      .valid_S = assign_part::counts(
          sequence_T, at::ones_like(sequence_T), num_sequences),
      .demand_SE = sum_cells(at::ones_like(cell_N)),
      .first_SE = sum_cells(first_N),
      .prob_SE = floats.prob_SE,
      .mass_SE = sum_cells(weight_N),
      .lse2_S = floats.lse2_S,
      .entropy_S = floats.entropy_S,
      .extremes = assign_part::extremes(pairs, s, ctx)};
}

}  // namespace moestro
