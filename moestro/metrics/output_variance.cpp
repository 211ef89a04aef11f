// SPDX-License-Identifier: Apache-2.0
// Variance between experts on the same token as a share of all variance of
// their outputs (E5).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace output_variance_part {

constexpr Reading kReading = {
    .label = "outputs differ",
    .unit = "share",
    .worse = Worse::kLower,
    .digits = 0,
    .null = "1 − 1 / E where experts are unrelated",
    .meaning =
        "Share of the variety of outputs that comes from which expert answers: "
        "falling to 0, experts become one.",
    .tier = 2,
    .cost = "E expert passes over 256 tokens",
    .groups = "specialisation"};

}  // namespace output_variance_part

extern constinit const Variant<Metric> output_variance = {
    .info =
        {.name = "output-variance",
         .summary = "share of output variance that lies between experts",
         .paper = "",
         .reading = &output_variance_part::kReading},
    .make = make_plain<Metric, Recorded<"output-variance">>};

}  // namespace moestro::metrics
