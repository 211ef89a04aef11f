// SPDX-License-Identifier: Apache-2.0
// Largest evidence that an expert gets less than 10 % of its fair share (L7): a
// test that may be looked at after every step and starts anew when the expert
// is chosen (`Scarcity`). ln(1/alpha) refuses at level alpha.
#include "moestro/metrics/evidence.h"

namespace moestro::metrics {
namespace dead_evidence_part {

constexpr Reading kReading = {
    .label = "dead evidence",
    .unit = "nats",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "below ln(1/α), about 0",
    .meaning =
        "Evidence (natural logarithm) that some expert gets less than 10 % of "
        "its fair share: at 14 a mistake of one in a million.",
    .cost = "O(E) a step",
    .groups = "router,capacity"};

}  // namespace dead_evidence_part

extern constinit const Variant<Metric> dead_evidence = {
    .info =
        {.name = "dead-evidence",
         .summary = "evidence that an expert gets less than 10 % of fair",
         .paper = "",
         .reading = &dead_evidence_part::kReading},
    .make = make_plain<Metric, MostEvidence<10>>};

}  // namespace moestro::metrics
