// SPDX-License-Identifier: Apache-2.0
// Largest |bias| of the selection: what it is added to must be told apart at
// that size.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace bias_largest_part {

constexpr Reading kReading = {
    .label = "largest bias",
    .worse = Worse::kHigher,
    .digits = 4,
    .null =
        "steady after warm-up; the spacing of its precision there is below the "
        "gaps of the scores",
    .meaning =
        "Largest bias of any expert, with either sign: precision is lost where "
        "it outgrows the gaps between scores.",
    .tier = 1,
    .cost = "O(E) a probe",
    .groups = "router"};

}  // namespace bias_largest_part

extern constinit const Variant<Metric> bias_largest = {
    .info =
        {.name = "bias-largest",
         .summary = "largest bias, with either sign",
         .paper = "",
         .reading = &bias_largest_part::kReading},
    .make = make_plain<Metric, Recorded<"bias-largest">>};

}  // namespace moestro::metrics
