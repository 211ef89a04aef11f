// SPDX-License-Identifier: Apache-2.0
// weight = live score of the expert (Switch, 2101.03961; ReMoE, 2412.14711),
// times the routing scale.
#include "moestro/route/weights/scaled.h"

namespace moestro::weights {
namespace raw_part {

Tensor share(const Assignment&, const Scores& s, const Score&) {
  return s.live_TE;
}

}  // namespace raw_part

extern constinit const Variant<Weigh> raw = {
    .info =
        {.name = "raw",
         .summary = "the live score as it is",
         .paper = "2101.03961",
         .params = kScaleParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_scaled<raw_part::share>};

}  // namespace moestro::weights
