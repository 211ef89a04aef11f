// SPDX-License-Identifier: Apache-2.0
// The gap of R4 that one token in a hundred does not reach.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace margin_low_part {

constexpr Reading kReading = {
    .label = "margin, lowest 1 %",
    .worse = Worse::kLower,
    .digits = 4,
    .null = "steady",
    .meaning =
        "Gap between the last expert chosen and the first refused that one "
        "token in a hundred does not reach.",
    .tier = 1,
    .cost = "a sort of the logits of the probe text",
    .groups = "router"};

}  // namespace margin_low_part

extern constinit const Variant<Metric> margin_low = {
    .info =
        {.name = "margin-low",
         .summary = "gap that 1 % of the tokens do not reach, logits",
         .paper = "",
         .reading = &margin_low_part::kReading},
    .make = make_plain<Metric, Recorded<"margin-low">>};

}  // namespace moestro::metrics
