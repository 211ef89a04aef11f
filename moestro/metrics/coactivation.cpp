// SPDX-License-Identifier: Apache-2.0
// Largest lift of two experts that tokens choose together (E8): P(a, b) / (P(a)
// P(b)) K (E - 1) / ((K - 1) E), all pairs, of those that chance alone would
// give 10 tokens.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace coactivation_part {

constexpr Reading kReading = {
    .label = "chosen together",
    .worse = Worse::kHigher,
    .null = "1 for random choices; pairs of 2 are ordinary",
    .meaning =
        "How much oftener than by chance the closest pair of experts is chosen "
        "together: 1 is chance.",
    .tier = 1,
    .cost = "E² T on the probe text",
    .groups = "specialisation,router"};

}  // namespace coactivation_part

extern constinit const Variant<Metric> coactivation = {
    .info =
        {.name = "coactivation",
         .summary = "largest lift of two experts chosen together",
         .paper = "2409.02060",
         .reading = &coactivation_part::kReading},
    .make = make_plain<Metric, Recorded<"coactivation">>};

}  // namespace moestro::metrics
