// SPDX-License-Identifier: Apache-2.0
// Share of tokens whose first choice changed since the probe before: the
// routing fluctuation of X-MoE (RF, 2204.09179).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace first_choice_flips_part {

constexpr Reading kReading = {
    .label = "first choice flips",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "falls with the learning rate",
    .meaning =
        "Share of tokens whose favourite expert changed since the probe "
        "before, on the same text.",
    .tier = 1,
    .cost = "one forward of the probe text",
    .groups = "router,optimisation"};

}  // namespace first_choice_flips_part

extern constinit const Variant<Metric> first_choice_flips = {
    .info =
        {.name = "first-choice-flips",
         .summary =
             "share of first choices that changed since the probe before",
         .paper = "2204.09179",
         .reading = &first_choice_flips_part::kReading},
    .make = make_plain<Metric, Recorded<"first-choice-flips">>};

}  // namespace moestro::metrics
