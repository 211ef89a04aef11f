// SPDX-License-Identifier: Apache-2.0
// |LM| / (|LM| + |balance| + |z|), norms of the three gradients on the router
// (R9).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace lm_gradient_share_part {

constexpr Reading kReading = {
    .label = "task share",
    .unit = "share",
    .worse = Worse::kLower,
    .digits = 1,
    .null = "above 1 %, 1 without balance losses",
    .meaning =
        "Share of the router's gradient that comes from the task and not from "
        "balancing it.",
    .tier = 2,
    .cost = "a backward pass more for each loss",
    .groups = "router,specialisation"};

}  // namespace lm_gradient_share_part

extern constinit const Variant<Metric> lm_gradient_share = {
    .info =
        {.name = "lm-gradient-share",
         .summary = "share of the router's gradient that is the task's",
         .paper = "",
         .reading = &lm_gradient_share_part::kReading},
    .make = make_plain<Metric, Recorded<"lm-gradient-share">>};

}  // namespace moestro::metrics
