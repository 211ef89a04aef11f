// SPDX-License-Identifier: Apache-2.0
// Experts that a token shares with the one before it, as a share of its own,
// less what loads alone give, sum p_e^2 / k (R15, after Mixtral, 2401.04088).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace sequential_repeat_part {

constexpr Reading kReading = {
    .label = "repeats",
    .unit = "share",
    .digits = 1,
    .null = "steady, a little above 0",
    .meaning =
        "How many experts a token shares with its neighbour beyond what the "
        "loads explain: a jump is repeated text, or somebody who repeats it on "
        "purpose.",
    .tier = 1,
    .cost = "O(T E) on the probe text",
    .groups = "data,specialisation"};

}  // namespace sequential_repeat_part

extern constinit const Variant<Metric> sequential_repeat = {
    .info =
        {.name = "sequential-repeat",
         .summary = "experts shared with the token before, above chance",
         .paper = "2401.04088",
         .reading = &sequential_repeat_part::kReading},
    .make = make_plain<Metric, Recorded<"sequential-repeat">>};

}  // namespace moestro::metrics
