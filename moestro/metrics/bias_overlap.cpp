// SPDX-License-Identifier: Apache-2.0
// Mean Jaccard overlap of a token's experts with and without the bias (R12):
// low means that the bias overrides the content.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace bias_overlap_part {

constexpr Reading kReading = {
    .label = "without the bias",
    .unit = "share",
    .worse = Worse::kLower,
    .digits = 0,
    .null = "0.5 and more",
    .meaning =
        "Share of a token's experts that it would also choose without the "
        "balancer's bias.",
    .tier = 1,
    .cost = "a routing pass of the probe text",
    .groups = "router"};

}  // namespace bias_overlap_part

extern constinit const Variant<Metric> bias_overlap = {
    .info =
        {.name = "bias-overlap",
         .summary = "overlap of the choices with and without the bias",
         .paper = "",
         .reading = &bias_overlap_part::kReading},
    .make = make_plain<Metric, Recorded<"bias-overlap">>};

}  // namespace moestro::metrics
