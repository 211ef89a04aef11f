// SPDX-License-Identifier: Apache-2.0
#include "moestro/experts/feed_forward_experts.h"

namespace moestro::experts_parts {

extern constinit const Variant<Experts> relu = {
    .info =
        {.name = "relu",
         .summary = "feed-forward experts with ReLU",
         .paper = "1701.06538"},
    .make = make_plain<Experts, FeedForwardOf<Activation::kRelu>>};

}  // namespace moestro::experts_parts
