// SPDX-License-Identifier: Apache-2.0
// Share of tokens whose gap between the k-th and the (k+1)-th logit is below
// the spacing of bf16 there, 2^(floor(log2 |z|) - 7) (R6): in bf16 their
// routing would be rounding noise.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace precision_at_risk_part {

constexpr Reading kReading = {
    .label = "precision at risk",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 2,
    .null =
        "0.2 to 1 % in small models, less as margins grow; a router in fp32 "
        "does not suffer from "
        "it",
    .meaning =
        "Share of tokens whose choice bf16 could not tell: two logits closer "
        "than its spacing.",
    .tier = 1,
    .cost = "a sort of the logits of the probe text",
    .groups = "hard-fault,router"};

}  // namespace precision_at_risk_part

extern constinit const Variant<Metric> precision_at_risk = {
    .info =
        {.name = "precision-at-risk",
         .summary = "share of tokens whose choice is below the spacing of bf16",
         .paper = "",
         .reading = &precision_at_risk_part::kReading},
    .make = make_plain<Metric, Recorded<"precision-at-risk">>};

}  // namespace moestro::metrics
