// SPDX-License-Identifier: Apache-2.0
// The experts of an earlier pass, as a rollout or another framework recorded
// them (routing replay, 2510.11370): only the selection is replayed, weights
// come from the live scores at those experts, so that the router still learns
// (cases R25, R26: an expert outside of today's best k must not read 0).
//
// -1 leaves a slot unused; an expert named twice in a row counts once.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::selectors {
namespace replay_part {

// [T, K] bool: the slot repeats an earlier one of its row.
Tensor repeats(const Tensor& expert_TK) {
  const auto slots = expert_TK.size(1);
  auto found = at::zeros_like(expert_TK, at::kBool);
  for (int64_t i = 1; i < slots; ++i) {
    const auto before = expert_TK.narrow(1, 0, i);
    const auto same = before.eq(expert_TK.narrow(1, i, 1)).any(1);
    found.select(1, i).copy_(same);
  }
  return found;
}

class Replay final : public Select {
 public:
  explicit Replay(const PartSite&) {}

  Assignment select(const Scores& s, const RouteContext& ctx) const override {
    const auto experts = s.live_TE.size(1);
    TORCH_CHECK_VALUE(
        ctx.replay_TK.defined() && ctx.replay_TK.dim() == 2 &&
            ctx.replay_TK.size(0) == s.live_TE.size(0),
        "[replay] experts [T, K] are given for every token; got ",
        ctx.replay_TK.defined() ? "another shape" : "none");
    const auto bad_TK = ctx.replay_TK.lt(0)
                            .logical_or(ctx.replay_TK.ge(experts))
                            .logical_or(repeats(ctx.replay_TK));
    return assign(
        without_padding(
            ctx.replay_TK.to(at::kLong).masked_fill(bad_TK, -1), ctx),
        experts);
  }
};

}  // namespace replay_part

extern constinit const Variant<Select> replay = {
    .info =
        {.name = "replay",
         .summary = "the experts of an earlier pass",
         .paper = "2510.11370",
         .needs = {Trait::kReplay},
         .offers = {Trait::kCausal}},
    .make = make_plain<Select, replay_part::Replay>};

}  // namespace moestro::selectors
