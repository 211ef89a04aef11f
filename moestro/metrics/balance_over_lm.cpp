// SPDX-License-Identifier: Apache-2.0
// Gradient norm of all balance losses on the router over that of the language
// model (R9): above 1 balancing rules the router.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace balance_over_lm_part {

constexpr Reading kReading = {
    .label = "balance over task",
    .worse = Worse::kHigher,
    .null = "below 1",
    .meaning =
        "Length of the gradient of the balance losses on the router, in units "
        "of the task's: above 1 balance rules.",
    .tier = 2,
    .cost = "a backward pass more for each loss",
    .groups = "router,specialisation"};

}  // namespace balance_over_lm_part

extern constinit const Variant<Metric> balance_over_lm = {
    .info =
        {.name = "balance-over-lm",
         .summary =
             "gradient of the balance losses on the router over the task's",
         .paper = "",
         .reading = &balance_over_lm_part::kReading},
    .make = make_plain<Metric, Recorded<"balance-over-lm">>};

}  // namespace moestro::metrics
