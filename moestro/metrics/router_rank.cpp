// SPDX-License-Identifier: Apache-2.0
// exp of the entropy of the squared singular values of the router's rows less
// their mean, over the min(E - 1, D) that they can have (R8): the share of its
// directions that the router uses.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace router_rank_part {

constexpr Reading kReading = {
    .label = "router rank",
    .unit = "share",
    .worse = Worse::kLower,
    .digits = 0,
    .null = "steady, near 1 at the start",
    .meaning = "Share of its directions that the router really uses.",
    .tier = 1,
    .cost = "singular values of E × D",
    .groups = "router,specialisation"};

}  // namespace router_rank_part

extern constinit const Variant<Metric> router_rank = {
    .info =
        {.name = "router-rank",
         .summary = "effective rank of the centred router over the largest",
         .paper = "2606.28116",
         .reading = &router_rank_part::kReading},
    .make = make_plain<Metric, Recorded<"router-rank">>};

}  // namespace moestro::metrics
