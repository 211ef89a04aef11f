// SPDX-License-Identifier: Apache-2.0
// 1 - mean Jaccard overlap of a token's experts now and at the probe before, on
// the same text (R13; StableMoE, 2204.08396).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace flip_rate_part {

constexpr Reading kReading = {
    .label = "flips",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "falls with the learning rate",
    .meaning =
        "Share of the experts of a token that changed since the probe before, "
        "on the same text: late in training, the router should have made up "
        "its mind.",
    .tier = 1,
    .cost = "one forward of the probe text",
    .groups = "router,optimisation"};

}  // namespace flip_rate_part

extern constinit const Variant<Metric> flip_rate = {
    .info =
        {.name = "flip-rate",
         .summary = "share of choices that changed since the probe before",
         .paper = "2204.08396",
         .reading = &flip_rate_part::kReading},
    .make = make_plain<Metric, Recorded<"flip-rate">>};

}  // namespace moestro::metrics
