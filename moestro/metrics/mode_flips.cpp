// SPDX-License-Identifier: Apache-2.0
// 1 - mean Jaccard overlap of a token's experts in the training and in the
// evaluation mode of the router, on the same text.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace mode_flips_part {

constexpr Reading kReading = {
    .label = "mode flips",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "0 without noise; a few percent with jitter",
    .meaning =
        "Share of the experts of a token that are others while the router "
        "learns than when it is evaluated, on the same text: noise, dropout or "
        "a bias that only one of the modes has.",
    .tier = 1,
    .cost = "one more pass of the routers over the probe text",
    .groups = "instrument,router"};

}  // namespace mode_flips_part

extern constinit const Variant<Metric> mode_flips = {
    .info =
        {.name = "mode-flips",
         .summary = "share of choices that differ between the modes",
         .paper = "",
         .reading = &mode_flips_part::kReading},
    .make = make_plain<Metric, Recorded<"mode-flips">>};

}  // namespace moestro::metrics
