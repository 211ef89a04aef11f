// SPDX-License-Identifier: Apache-2.0
// Kurtosis of what the layer adds to the residual stream, mean x^4 / (mean
// x^2)^2 (T3): outliers come before spikes of the loss.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace activation_kurtosis_part {

constexpr Reading kReading = {
    .label = "kurtosis",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "steady; 3 for normal values",
    .meaning =
        "How far single numbers stick out of what the layer adds: 3 is normal, "
        "hundreds are outliers.",
    .tier = 1,
    .cost = "O(T D) on the probe text",
    .groups = "optimisation,hard-fault"};

}  // namespace activation_kurtosis_part

extern constinit const Variant<Metric> activation_kurtosis = {
    .info =
        {.name = "activation-kurtosis",
         .summary =
             "fourth moment of the layer's output over its squared second",
         .paper = "",
         .reading = &activation_kurtosis_part::kReading},
    .make = make_plain<Metric, Recorded<"activation-kurtosis">>};

}  // namespace moestro::metrics
