// SPDX-License-Identifier: Apache-2.0
// Mean cosine between what the two experts that are most alike make of the same
// token (E4): a copy among others that differ.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace output_similarity_max_part {

constexpr Reading kReading = {
    .label = "most alike outputs",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "near 0; 1 for copies",
    .meaning =
        "Cosine between what the two experts that are most alike make of the "
        "same token, on average: near 1 one of them is a copy.",
    .tier = 2,
    .cost = "E expert passes over 256 tokens",
    .groups = "specialisation"};

}  // namespace output_similarity_max_part

extern constinit const Variant<Metric> output_similarity_max = {
    .info =
        {.name = "output-similarity-max",
         .summary =
             "largest cosine between outputs of two experts on the same token",
         .paper = "",
         .reading = &output_similarity_max_part::kReading},
    .make = make_plain<Metric, Recorded<"output-similarity-max">>};

}  // namespace moestro::metrics
