// SPDX-License-Identifier: Apache-2.0
// Gradient norm of the language model's loss on the router over that on the
// layer's experts (R9): a gate that is cut off, or k = 1 with normalised
// weights, has none.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace router_lm_gradient_part {

constexpr Reading kReading = {
    .label = "task gradient",
    .worse = Worse::kLower,
    .digits = 6,
    .null = "0.01 to 10; 0 where the router is frozen on purpose",
    .meaning =
        "Does the task reach the router? Length of its gradient there in units "
        "of that on the experts: below a millionth the gate is cut off.",
    .tier = 2,
    .cost = "a backward pass more",
    .groups = "hard-fault,router"};

}  // namespace router_lm_gradient_part

extern constinit const Variant<Metric> router_lm_gradient = {
    .info =
        {.name = "router-lm-gradient",
         .summary =
             "gradient of the language model on the router over the experts'",
         .paper = "",
         .reading = &router_lm_gradient_part::kReading},
    .make = make_plain<Metric, Recorded<"router-lm-gradient">>};

}  // namespace moestro::metrics
