// SPDX-License-Identifier: Apache-2.0
// Smallest contribution of an expert over the median, mean of |weight * output|
// per token it serves (E2): an expert that gets tokens and says nothing is
// mute, which no load shows.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace output_share_part {

constexpr Reading kReading = {
    .label = "quietest expert",
    .worse = Worse::kLower,
    .digits = 3,
    .null = "above 0.1",
    .meaning =
        "What the quietest expert adds to a token, in units of the median "
        "expert: below 0.01 it is mute.",
    .tier = 2,
    .cost = "E expert passes over 256 tokens",
    .groups = "hard-fault,specialisation"};

}  // namespace output_share_part

extern constinit const Variant<Metric> output_share = {
    .info =
        {.name = "output-share",
         .summary = "least contribution of an expert over the median",
         .paper = "",
         .reading = &output_share_part::kReading},
    .make = make_plain<Metric, Recorded<"output-share">>};

}  // namespace moestro::metrics
