// SPDX-License-Identifier: Apache-2.0
// Largest less smallest bias of the selection (R12).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace bias_span_part {

constexpr Reading kReading = {
    .label = "bias span",
    .worse = Worse::kHigher,
    .digits = 4,
    .null = "steady after warm-up, well below the spread of the scores",
    .meaning =
        "Distance between the most favoured and the most handicapped expert, "
        "in units of the score.",
    .tier = 1,
    .cost = "O(E) a probe",
    .groups = "router"};

}  // namespace bias_span_part

extern constinit const Variant<Metric> bias_span = {
    .info =
        {.name = "bias-span",
         .summary = "largest less smallest bias",
         .paper = "",
         .reading = &bias_span_part::kReading},
    .make = make_plain<Metric, Recorded<"bias-span">>};

}  // namespace moestro::metrics
