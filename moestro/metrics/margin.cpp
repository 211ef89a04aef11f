// SPDX-License-Identifier: Apache-2.0
// Median gap over tokens between the last logit chosen and the first refused
// (R4), on the fixed validation text of the probe.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace margin_part {

constexpr Reading kReading = {
    .label = "margin",
    .worse = Worse::kLower,
    .digits = 3,
    .null = "steady",
    .meaning =
        "Gap between the last expert chosen and the first refused, of half the "
        "tokens larger, in logits: shrinking it makes choices flap, growing "
        "without end it is over-confidence.",
    .tier = 1,
    .cost = "a sort of the logits of the probe text",
    .groups = "router"};

}  // namespace margin_part

extern constinit const Variant<Metric> margin = {
    .info =
        {.name = "margin",
         .summary = "median gap between the chosen and the refused, logits",
         .paper = "",
         .reading = &margin_part::kReading},
    .make = make_plain<Metric, Recorded<"margin">>};

}  // namespace moestro::metrics
