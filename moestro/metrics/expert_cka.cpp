// SPDX-License-Identifier: Apache-2.0
// Mean linear CKA between experts' outputs on the same tokens (E6), centred
// Gram matrices: 1 for experts that differ by a rotation or a scale.
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace expert_cka_part {

constexpr Reading kReading = {
    .label = "CKA of experts",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "below 1; what random networks show is well above 0",
    .meaning =
        "Do two experts arrange tokens the same way, however they turn or "
        "scale them? 1 the same.",
    .tier = 2,
    .cost = "E expert passes and E² T² on 256 tokens",
    .groups = "specialisation"};

}  // namespace expert_cka_part

extern constinit const Variant<Metric> expert_cka = {
    .info =
        {.name = "expert-cka",
         .summary = "mean linear CKA between outputs of experts",
         .paper = "1905.00414",
         .reading = &expert_cka_part::kReading},
    .make = make_plain<Metric, Recorded<"expert-cka">>};

}  // namespace moestro::metrics
