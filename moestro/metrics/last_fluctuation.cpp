// SPDX-License-Identifier: Apache-2.0
// Mean over tokens of the last step at which their first choice changed, as a
// share of the steps done (StableMoE, 2204.08396: 41 % of tokens still change
// after a fifth of the training).
#include "moestro/metrics/recorded.h"

namespace moestro::metrics {
namespace last_fluctuation_part {

constexpr Reading kReading = {
    .label = "last change",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 0,
    .null = "falls once the router has settled",
    .meaning =
        "When a token changed its favourite expert for the last time, on "
        "average, as a share of the training so far: near 100 % the router "
        "never settles.",
    .tier = 1,
    .cost = "one forward of the probe text",
    .groups = "router,optimisation"};

}  // namespace last_fluctuation_part

extern constinit const Variant<Metric> last_fluctuation = {
    .info =
        {.name = "last-fluctuation",
         .summary = "mean step of a token's last change of its first choice",
         .paper = "2204.08396",
         .reading = &last_fluctuation_part::kReading},
    .make = make_plain<Metric, Recorded<"last-fluctuation">>};

}  // namespace moestro::metrics
