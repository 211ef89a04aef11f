// SPDX-License-Identifier: Apache-2.0
// Every expert with a positive choice score (ReMoE, 2412.14711): any number of
// experts a token, from none to all, so N = T * E. Slots are ranks by score.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::selectors {
namespace positive_part {

class Positive final : public Select {
 public:
  explicit Positive(const PartSite&) {}

  Assignment select(const Scores& s, const RouteContext& ctx) const override {
    const auto expert_TE = ranked(s.choice_TE, s.tie_TE);
    const auto positive_TE = expert_TE.masked_fill(
        s.choice_TE.gather(1, expert_TE).gt(0).logical_not(), -1);
    return assign(without_padding(positive_TE, ctx), s.choice_TE.size(1));
  }
};

}  // namespace positive_part

extern constinit const Variant<Select> positive = {
    .info =
        {.name = "positive",
         .summary = "every expert with a positive score",
         .paper = "2412.14711",
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_plain<Select, positive_part::Positive>};

}  // namespace moestro::selectors
