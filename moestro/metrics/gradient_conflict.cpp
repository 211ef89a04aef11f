// SPDX-License-Identifier: Apache-2.0
// Cosine between the gradients of the language model and of the balance losses
// on the router (R9).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace gradient_conflict_part {

constexpr Reading kReading = {
    .label = "task with balance",
    .worse = Worse::kLower,
    .null = "near 0",
    .meaning =
        "Do task and balance pull the router the same way? 1 the same, 0 "
        "unrelated, -1 against each other.",
    .tier = 2,
    .cost = "a backward pass more for each loss",
    .groups = "router,specialisation"};

}  // namespace gradient_conflict_part

extern constinit const Variant<Metric> gradient_conflict = {
    .info =
        {.name = "gradient-conflict",
         .summary = "cosine of the task's and the balance losses' gradient",
         .paper = "",
         .reading = &gradient_conflict_part::kReading},
    .make = make_plain<Metric, Recorded<"gradient-conflict">>};

}  // namespace moestro::metrics
