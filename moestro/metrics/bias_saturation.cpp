// SPDX-License-Identifier: Apache-2.0
// Share of experts whose bias lies 1 or more from the median (R12): as wide as
// the scores of softmax and sigmoid themselves, so that it decides alone.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace bias_saturation_part {

constexpr Reading kReading = {
    .label = "bias saturated",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "0",
    .meaning =
        "Share of the experts whose bias is as large as a score can be: there "
        "the content of a token decides nothing any more.",
    .tier = 1,
    .cost = "O(E) a probe",
    .groups = "router"};

}  // namespace bias_saturation_part

extern constinit const Variant<Metric> bias_saturation = {
    .info =
        {.name = "bias-saturation",
         .summary = "share of biases as wide as the scores",
         .paper = "",
         .reading = &bias_saturation_part::kReading},
    .make = make_plain<Metric, Recorded<"bias-saturation">>};

}  // namespace moestro::metrics
