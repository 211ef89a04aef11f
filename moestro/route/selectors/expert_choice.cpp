// SPDX-License-Identifier: Apache-2.0
// Each expert takes its C best tokens (2202.09368), C = T k factor / E over the
// valid tokens; factor is the capacity knob, or 1. Perfect balance, and a leak:
// whether a token is taken depends on later ones, so causal models refuse it.
//
// Slots are laid out for all rows, because sizes never depend on the data;
// those beyond the capacity of the valid tokens stay unused.
#include <limits>

#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"
#include "moestro/route/slots.h"

namespace moestro::selectors {
namespace expert_choice_part {

struct Params {
  int64_t minimum = 0;
};

constexpr Param kParams[] = {minimum_param<Params>()};

class ExpertChoice final : public Select {
 public:
  ExpertChoice(const Params& p, const PartSite&) : minimum_(p.minimum) {}

  Assignment select(const Scores& s, const RouteContext& ctx) const override {
    const double factor = ctx.knobs.capacity > 0 ? ctx.knobs.capacity : 1;
    const auto tokens = s.choice_TE.size(0), experts = s.choice_TE.size(1);
    const auto slots = capacity(tokens, ctx.knobs.k, factor, experts, minimum_);
    const auto choice_TE =
        rankable(s.choice_TE)
            .masked_fill(
                ctx.tokens.valid_T.mask().logical_not().unsqueeze(1),
                -std::numeric_limits<double>::infinity());
    const auto choice_ET = choice_TE.t().contiguous();
    const auto token_EC =
        ranked(choice_ET, s.tie_TE.t().contiguous()).narrow(1, 0, slots);
    const auto slot_C = at::arange(slots, token_EC.options());
    const auto used_EC =
        slot_C.lt(capacity(ctx, factor, minimum_))
            .logical_and(
                choice_ET.gather(1, token_EC).isneginf().logical_not());
    return pairs(token_EC, slot_C, used_EC);
  }

 private:
  static Assignment pairs(
      const Tensor& token_EC, const Tensor& slot_C, const Tensor& used_EC) {
    const auto experts = token_EC.size(0);
    const auto expert_E1 = at::arange(experts, token_EC.options()).unsqueeze(1);
    return assign_pairs(
        {.token_N = token_EC.flatten(),
         .expert_N = at::where(used_EC, expert_E1, -1).flatten(),
         .slot_N = slot_C.expand_as(token_EC).flatten(),
         .served_N = used_EC.flatten()},
        experts);
  }

  int64_t minimum_;
};

}  // namespace expert_choice_part

extern constinit const Variant<Select> expert_choice = {
    .info =
        {.name = "expert-choice",
         .summary = "the best tokens of each expert; sees later tokens",
         .paper = "2202.09368",
         .params = expert_choice_part::kParams,
         .offers = {Trait::kEquivariant}},
    .make = make_part<
        Select,
        expert_choice_part::ExpertChoice,
        expert_choice_part::Params>};

}  // namespace moestro::selectors
