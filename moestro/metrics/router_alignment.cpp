// SPDX-License-Identifier: Apache-2.0
// Each router row sent through every expert (E7, after ERC, 2512.23447): norm
// of the own expert's answer over the mean of all, mean over experts.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace router_alignment_part {

constexpr Reading kReading = {
    .label = "router and expert",
    .worse = Worse::kLower,
    .digits = 3,
    .null = "1 at the start, rising",
    .meaning =
        "Does an expert answer loudest to the direction that the router sends "
        "to it? 1 is chance, above it router and expert agree.",
    .tier = 2,
    .cost = "E² rows through the experts",
    .groups = "router,specialisation"};

}  // namespace router_alignment_part

extern constinit const Variant<Metric> router_alignment = {
    .info =
        {.name = "router-alignment",
         .summary = "answer of an expert to its own router row over the mean",
         .paper = "2512.23447",
         .reading = &router_alignment_part::kReading},
    .make = make_plain<Metric, Recorded<"router-alignment">>};

}  // namespace moestro::metrics
