// SPDX-License-Identifier: Apache-2.0
// Largest over smallest singular value of the router's rows less their mean
// (R8), of the min(E - 1, D) that they can have (2606.28116).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace router_conditioning_part {

constexpr Reading kReading = {
    .label = "router condition",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "steady",
    .meaning =
        "Largest over smallest stretch of the router: growing, some directions "
        "of its choice wither.",
    .tier = 1,
    .cost = "singular values of E × D",
    .groups = "router,specialisation"};

}  // namespace router_conditioning_part

extern constinit const Variant<Metric> router_conditioning = {
    .info =
        {.name = "router-conditioning",
         .summary = "condition number of the centred router",
         .paper = "2606.28116",
         .reading = &router_conditioning_part::kReading},
    .make = make_plain<Metric, Recorded<"router-conditioning">>};

}  // namespace moestro::metrics
