// SPDX-License-Identifier: Apache-2.0
// Capacity C = min(max(ceil(T k factor / E), minimum), T) over the valid
// tokens. Factor 0 drops nobody. Equal live scores are ranked by their logits,
// equal logits by the lower token.
//
// Rank "pair": each expert keeps its pairs with the highest live scores, after
// batch-prioritised routing. Rank "token" is the published rule (V-MoE,
// 2106.05974, section 4): tokens are ranked by the best live score among their
// choices, and all first choices in that order go before all second ones.
//
// A later token may take the place of an earlier one: not causal.
#include <limits>

#include <ATen/ops/amax.h>
#include <ATen/ops/argsort.h>

#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"
#include "moestro/route/slots.h"

namespace moestro::admits {
namespace by_score_part {

struct Params {
  int64_t minimum = 0;
  std::string_view rank = "pair";
};

constexpr Param kParams[] = {
    minimum_param<Params>(),
    param<&Params::rank>(
        "rank",
        "what is ranked by score: each pair, or (published) tokens by their "
        "best one, all first choices before second ones")
        .with({.choices = "pair,token"})};

// Pairs come sorted by token within an expert, so that ties stay with the lower
// token.
Tensor by_pair(const Assignment& pairs, const Scores& s) {
  return ranked(
      at_pairs(s.live_TE.detach(), pairs),
      at_pairs(s.logits_TE.detach(), pairs));
}

Tensor best_of(const Tensor& value_TE, const Tensor& chosen_TE) {
  return rankable(value_TE.detach())
      .masked_fill(
          chosen_TE.logical_not(), -std::numeric_limits<double>::infinity())
      .amax(1);
}

Tensor by_token(const Assignment& pairs, const Scores& s) {
  const auto tokens = s.live_TE.size(0);
  const auto chosen_TE = chosen(pairs, tokens);
  const auto rank_T =
      ranked(best_of(s.live_TE, chosen_TE), best_of(s.logits_TE, chosen_TE))
          .argsort();
  const auto turn_N =
      pairs.slot_N * tokens + rank_T.index_select(0, pairs.token_N);
  return turn_N.argsort();
}

class ByScore final : public Admit {
 public:
  ByScore(const Params& p, const PartSite&)
      : minimum_(p.minimum), by_token_(p.rank == "token") {}

  Assignment admit(Assignment pairs, const Scores& s, const RouteContext& ctx)
      const override {
    if (ctx.knobs.capacity == 0) {
      return pairs;
    }
    const auto order_N = by_token_ ? by_token(pairs, s) : by_pair(pairs, s);
    return keep_first(
        pairs, order_N, capacity(ctx, ctx.knobs.capacity, minimum_));
  }

 private:
  int64_t minimum_;
  bool by_token_;
};

}  // namespace by_score_part

extern constinit const Variant<Admit> by_score = {
    .info =
        {.name = "by-score",
         .summary = "a full expert keeps its highest scores",
         .paper = "2106.05974",
         .params = by_score_part::kParams,
         .offers = {Trait::kEquivariant}},
    .make = make_part<Admit, by_score_part::ByScore, by_score_part::Params>};

}  // namespace moestro::admits
