// SPDX-License-Identifier: Apache-2.0
// Mean share of a token's normalised scores that goes to the experts that serve
// it.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace routing_confidence_part {

constexpr Reading kReading = {
    .label = "confidence",
    .unit = "share",
    .digits = 1,
    .null = "k / E at the start, rising",
    .meaning =
        "Share of the router's scores that goes to the experts it chose: k / E "
        "when it knows nothing, 1 when it is sure.",
    .tier = 1,
    .cost = "O(T E) on the probe text",
    .groups = "router,capacity"};

}  // namespace routing_confidence_part

extern constinit const Variant<Metric> routing_confidence = {
    .info =
        {.name = "routing-confidence",
         .summary = "probability mass that is kept, mean over tokens",
         .paper = "",
         .reading = &routing_confidence_part::kReading},
    .make = make_plain<Metric, Recorded<"routing-confidence">>};

}  // namespace moestro::metrics
