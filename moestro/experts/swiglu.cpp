// SPDX-License-Identifier: Apache-2.0
#include "moestro/experts/feed_forward_experts.h"

namespace moestro::experts_parts {

extern constinit const Variant<Experts> swiglu = {
    .info =
        {.name = "swiglu",
         .summary = "gated feed-forward experts: silu(gate) * up",
         .paper = "2002.05202"},
    .make = make_plain<Experts, FeedForwardOf<Activation::kSwiglu>>};

}  // namespace moestro::experts_parts
