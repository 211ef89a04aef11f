// SPDX-License-Identifier: Apache-2.0
// Capacity C = min(max(ceil(T k factor / E), minimum), T) over the valid
// tokens; each expert keeps its pairs with the highest live scores, ties to the
// lower token (batch-prioritised routing, V-MoE, 2106.05974). Factor 0 drops
// nobody.
//
// A later token may take the place of an earlier one: not causal.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::admits {
namespace by_score_part {

struct Params {
  int64_t minimum = 0;
};

constexpr Param kParams[] = {
    param<&Params::minimum>("minimum", "least slots of an expert", {0, 1e9})
        .with({.aliases = "moe.min_capacity"})};

class ByScore final : public Admit {
 public:
  ByScore(const Params& p, const PartSite&) : minimum_(p.minimum) {}

  // Pairs come sorted by token within an expert, so a stable sort by score
  // leaves ties with the lower token.
  Assignment admit(Assignment pairs, const Scores& s, const RouteContext& ctx)
      const override {
    if (ctx.knobs.capacity == 0) {
      return pairs;
    }
    const auto score_N = rankable(at_pairs(s.live_TE.detach(), pairs));
    const auto order_N = std::get<1>(
        score_N.sort(/*stable=*/true, /*dim=*/0, /*descending=*/true));
    return keep_first(
        pairs, order_N, capacity(ctx, ctx.knobs.capacity, minimum_));
  }

 private:
  int64_t minimum_;
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
