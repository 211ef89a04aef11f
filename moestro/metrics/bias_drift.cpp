// SPDX-License-Identifier: Apache-2.0
// Mean |change| of the bias in one step, over the steps since the probe before
// (R12).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace bias_drift_part {

constexpr Reading kReading = {
    .label = "bias drift",
    .digits = 6,
    .null = "below the rate of the controller",
    .meaning =
        "How far a bias moves in one step, on average: 0 over many steps is a "
        "balancer that does not act.",
    .tier = 1,
    .cost = "O(E) a probe",
    .groups = "router,instrument"};

}  // namespace bias_drift_part

extern constinit const Variant<Metric> bias_drift = {
    .info =
        {.name = "bias-drift",
         .summary = "mean change of a bias in a step",
         .paper = "",
         .reading = &bias_drift_part::kReading},
    .make = make_plain<Metric, Recorded<"bias-drift">>};

}  // namespace moestro::metrics
