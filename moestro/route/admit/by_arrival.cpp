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

class ByArrival final : public Admit {
 public:
  explicit ByArrival(const PartSite& site) : minimum_(site.min_capacity) {}

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

 private:
  int64_t minimum_;
};

}  // namespace by_arrival_part

extern constinit const Variant<Admit> by_arrival = {
    .info =
        {.name = "by-arrival",
         .summary = "a full expert keeps those that came first",
         .paper = "2006.16668"},
    .make = make_plain<Admit, by_arrival_part::ByArrival>};

}  // namespace moestro::admits
