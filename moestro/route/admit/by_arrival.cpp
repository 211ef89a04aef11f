// SPDX-License-Identifier: Apache-2.0
// Capacity C = min(max(ceil(T k factor / E), minimum), T) over the valid
// tokens. Factor 0 drops nobody.
//
// Order "choice": all first choices by token arrive, then all second ones, and
// so on (GShard, 2006.16668). With k > 1 a later token's first choice goes
// before an earlier one's second, so a causal model refuses it. Order "token":
// all choices of a token arrive before those of the next; what later tokens
// want changes nothing for earlier ones. (T itself counts all valid tokens: how
// many there are is known beforehand, what they hold is not.)
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"
#include "moestro/route/slots.h"

namespace moestro::admits {
namespace by_arrival_part {

struct Params {
  int64_t minimum = 0;
  std::string_view order = "choice";
};

constexpr Param kParams[] = {
    minimum_param<Params>(),
    param<&Params::order>(
        "order",
        "who comes first: all first choices, or all choices of a token; only "
        "the latter is causal when a token has several")
        .with({.choices = "choice,token"})};

class ByArrival final : public Admit {
 public:
  // One choice a token: both orders are the same.
  ByArrival(const Params& p, const PartSite& site)
      : minimum_(p.minimum), by_token_(p.order == "token" || site.top_k == 1) {}

  // Pairs come sorted by token within an expert, and only the order within an
  // expert matters: as they lie they are in the order of tokens, after a stable
  // sort by slot in that of choices.
  Assignment admit(
      Assignment pairs, const Scores&, const RouteContext& ctx) const override {
    if (ctx.knobs.capacity == 0) {
      return pairs;
    }
    const auto order_N =
        by_token_ ? at::arange(pairs.slot_N.size(0), pairs.slot_N.options())
                  : std::get<1>(pairs.slot_N.sort(/*stable=*/true, 0, false));
    return keep_first(
        pairs, order_N, capacity(ctx, ctx.knobs.capacity, minimum_));
  }
  // Second choices wait for the first ones of later tokens.
  [[nodiscard]] bool causal() const override { return by_token_; }

 private:
  int64_t minimum_;
  bool by_token_;
};

}  // namespace by_arrival_part

extern constinit const Variant<Admit> by_arrival = {
    .info =
        {.name = "by-arrival",
         .summary = "a full expert keeps those that came first",
         .paper = "2006.16668",
         .params = by_arrival_part::kParams,
         .offers = {Trait::kCausal}},
    .make =
        make_part<Admit, by_arrival_part::ByArrival, by_arrival_part::Params>};

}  // namespace moestro::admits
