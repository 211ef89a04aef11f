// SPDX-License-Identifier: Apache-2.0
// Mean Jaccard overlap of a token's experts now and at half as many steps, at
// probes 2, 4, 8, ... (R14, after OLMoE, 2409.02060, which compares with the
// end).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace router_saturation_part {

constexpr Reading kReading = {
    .label = "saturation",
    .unit = "share",
    .digits = 0,
    .null = "rises",
    .meaning =
        "Share of a token's experts that were the same when half of this "
        "training was done: 100 % is a router that settled long ago.",
    .tier = 1,
    .cost = "one forward of the probe text",
    .groups = "router"};

}  // namespace router_saturation_part

extern constinit const Variant<Metric> router_saturation = {
    .info =
        {.name = "router-saturation",
         .summary = "overlap with the choices at half of the steps",
         .paper = "2409.02060",
         .reading = &router_saturation_part::kReading},
    .make = make_plain<Metric, Recorded<"router-saturation">>};

}  // namespace moestro::metrics
