// SPDX-License-Identifier: Apache-2.0
// sd over experts of ln |W| (E2).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace weight_norm_spread_part {

constexpr Reading kReading = {
    .label = "weight spread",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "near 0, growing slowly",
    .meaning =
        "Spread of the experts' weight norms on a log scale: starving and "
        "exploding experts both widen it.",
    .tier = 1,
    .cost = "O(parameters) a probe",
    .groups = "optimisation,specialisation"};

}  // namespace weight_norm_spread_part

extern constinit const Variant<Metric> weight_norm_spread = {
    .info =
        {.name = "weight-norm-spread",
         .summary = "spread of the experts' weight norms, log scale",
         .paper = "",
         .reading = &weight_norm_spread_part::kReading},
    .make = make_plain<Metric, Recorded<"weight-norm-spread">>};

}  // namespace moestro::metrics
