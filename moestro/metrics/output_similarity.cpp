// SPDX-License-Identifier: Apache-2.0
// Mean cosine between what two experts make of the same token (E4; Pairwise
// Embedding Similarity, 2603.26734).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace output_similarity_part {

constexpr Reading kReading = {
    .label = "outputs alike",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "near 0; 1 for copies",
    .meaning =
        "Cosine between what two experts make of the same token, on average: "
        "near 1 they do the same.",
    .tier = 2,
    .cost = "E expert passes over 256 tokens",
    .groups = "specialisation"};

}  // namespace output_similarity_part

extern constinit const Variant<Metric> output_similarity = {
    .info =
        {.name = "output-similarity",
         .summary = "mean cosine between outputs of experts on the same token",
         .paper = "2603.26734",
         .reading = &output_similarity_part::kReading},
    .make = make_plain<Metric, Recorded<"output-similarity">>};

}  // namespace moestro::metrics
