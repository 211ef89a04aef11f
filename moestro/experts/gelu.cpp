// SPDX-License-Identifier: Apache-2.0
#include "moestro/experts/feed_forward_experts.h"

namespace moestro::experts_parts {

extern constinit const Variant<Experts> gelu = {
    .info =
        {.name = "gelu",
         .summary = "feed-forward experts with the exact GELU",
         .paper = "1606.08415"},
    .make = make_plain<Experts, FeedForwardOf<Activation::kGelu>>};

}  // namespace moestro::experts_parts
