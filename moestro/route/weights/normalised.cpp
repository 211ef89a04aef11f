// SPDX-License-Identifier: Apache-2.0
// weight = live score / sum of the live scores of the token's chosen experts
// (Mixtral, 2401.04088; DeepSeek-V3, 2412.19437), times the routing scale.
// Dropped pairs count in the denominator: what a full expert refuses is missing
// from the output.
//
// By the score's own shares, not by a division of scores: sigmoid scores of
// logits -200 and -201 are both 0 in single precision, and weigh .731 and .269.
#include "moestro/route/weights/scaled.h"

namespace moestro::weights {
namespace normalised_part {

Tensor share(const Assignment& pairs, const Scores& s, const Score& score) {
  return score.shares(
      cooled(s.logits_TE, s.temperature), chosen(pairs, s.live_TE.size(0)));
}

std::unique_ptr<Weigh> make(Given given, const PartSite& site) {
  return make_share_of_chosen<share>("normalised", given, site);
}

}  // namespace normalised_part

extern constinit const Variant<Weigh> normalised = {
    .info =
        {.name = "normalised",
         .summary = "live scores divided by their sum over the chosen",
         .paper = "2401.04088",
         .params = kScaleParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = normalised_part::make};

}  // namespace moestro::weights
