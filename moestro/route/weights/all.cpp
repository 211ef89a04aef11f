// SPDX-License-Identifier: Apache-2.0
// weight = share of the expert in the softmax over the logits of all experts,
// whatever the score ranks by (times the routing scale). With softmax scores
// this is `raw`.
#include "moestro/route/weights/scaled.h"

namespace moestro::weights {
namespace all_part {

Tensor share(const Assignment&, const Scores& s, const Score&) {
  return cooled(s.logits_TE, s.temperature).softmax(1);
}

}  // namespace all_part

extern constinit const Variant<Weigh> all = {
    .info =
        {.name = "all",
         .summary = "share in the softmax over all experts",
         .paper = "2101.03961",
         .params = kScaleParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_scaled<all_part::share>};

}  // namespace moestro::weights
