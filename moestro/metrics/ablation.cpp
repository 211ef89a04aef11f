// SPDX-License-Identifier: Apache-2.0
// Least rise of the loss when one expert is forbidden and the tokens choose
// others (E10), over the experts.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace ablation_part {

constexpr Reading kReading = {
    .label = "least needed",
    .unit = "nats",
    .worse = Worse::kLower,
    .digits = 4,
    .null = "above 0",
    .meaning =
        "What the loss of the probe text rises by when the least needed expert "
        "is taken away, in nats: 0 or less, nobody would miss it.",
    .tier = 2,
    .cost = "E forward passes a layer",
    .groups = "specialisation,capacity"};

}  // namespace ablation_part

extern constinit const Variant<Metric> ablation = {
    .info =
        {.name = "ablation",
         .summary = "least rise of the loss when one expert is taken away",
         .paper = "",
         .reading = &ablation_part::kReading},
    .make = make_plain<Metric, Recorded<"ablation">>};

}  // namespace moestro::metrics
