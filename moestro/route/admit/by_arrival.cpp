// SPDX-License-Identifier: Apache-2.0
// Capacity C = min(max(ceil(T k factor / E), minimum), T) over the valid
// tokens; pairs arrive as all first choices by token, then all second ones, and
// so on (GShard, 2006.16668). Factor 0 drops nobody.
//
// With k > 1 a later token's first choice goes before an earlier one's second.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::admits {
namespace by_arrival_part {

struct Params {
  int64_t minimum = 0;
};

constexpr Param kParams[] = {
    param<&Params::minimum>("minimum", "least slots of an expert", {0, 1e9})
        .with({.aliases = "moe.min_capacity"})};

class ByArrival final : public Admit {
 public:
  ByArrival(const Params& p, const PartSite& site)
      : minimum_(p.minimum), only_first_(site.top_k == 1) {}

  // Pairs come sorted by token within an expert, and only the order within an
  // expert matters: a stable sort by slot is arrival order.
  Assignment admit(
      Assignment pairs, const Scores&, const RouteContext& ctx) const override {
    if (ctx.knobs.capacity == 0) {
      return pairs;
    }
    const auto order_N =
        std::get<1>(pairs.slot_N.sort(/*stable=*/true, /*dim=*/0, false));
    return keep_first(
        pairs, order_N, capacity(ctx, ctx.knobs.capacity, minimum_));
  }
  // Second choices wait for the first ones of later tokens.
  [[nodiscard]] bool causal() const override { return only_first_; }

 private:
  int64_t minimum_;
  bool only_first_;
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
