// SPDX-License-Identifier: Apache-2.0
// Length of the router's longest row over the median one's: an expert that
// begins louder than the others.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace row_excess_part {

constexpr Reading kReading = {
    .label = "longest row",
    .unit = "times the median",
    .worse = Worse::kHigher,
    .digits = 2,
    .null = "1 + √(ln E / D) for random rows",
    .meaning =
        "How much longer the longest row of the router is than the median "
        "one.",
    .tier = 1,
    .cost = "E D multiplications a probe",
    .groups = "router"};

}  // namespace row_excess_part

extern constinit const Variant<Metric> row_excess = {
    .info =
        {.name = "row-excess",
         .summary = "longest row of the router over the median one",
         .paper = "",
         .reading = &row_excess_part::kReading},
    .make = make_plain<Metric, Recorded<"row-excess">>};

}  // namespace moestro::metrics
