// SPDX-License-Identifier: Apache-2.0
// Tr(S_W S_B^+) of layer inputs grouped by first choice (X-MoE, 2204.09179):
// scatter within over scatter between experts. Experimental (E11).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace representation_collapse_part {

constexpr Reading kReading = {
    .label = "within / between",
    .worse = Worse::kLower,
    .digits = 1,
    .null = "steady",
    .meaning =
        "Experimental: how much inputs vary within an expert against between "
        "experts; small means that inputs collapsed onto their experts.",
    .tier = 2,
    .cost = "pseudo-inverse of D × D",
    .groups = "specialisation,router"};

}  // namespace representation_collapse_part

extern constinit const Variant<Metric> representation_collapse = {
    .info =
        {.name = "representation-collapse",
         .summary = "scatter within over scatter between experts",
         .paper = "2204.09179",
         .reading = &representation_collapse_part::kReading},
    .make = make_plain<Metric, Recorded<"representation-collapse">>};

}  // namespace moestro::metrics
