// SPDX-License-Identifier: Apache-2.0
// A16: the bias takes over: less than half of the chosen experts would be
// chosen without it, in two probes of a warm run.
#include "moestro/diagnose/alarms/probed.h"

namespace moestro::alarms {
namespace a16_bias_takeover_part {

constexpr ProbeLimit kLimit = {
    .metric = "bias-overlap",
    .higher = false,
    .limit = 0.5,
    .probes = 2,
    .level = Level::kWarn,
    .warm = true,
    .message = "the bias decides, and not the token"};

class BiasTakeover final : public Probed {
 public:
  explicit BiasTakeover(const Site&) : Probed(kLimit) {}
};

}  // namespace a16_bias_takeover_part

extern constinit const Variant<Alarm> a16_bias_takeover = {
    .info =
        {.name = "a16-bias-takeover",
         .summary = "the balancing bias overrides the content",
         .paper = ""},
    .make = make_plain<Alarm, a16_bias_takeover_part::BiasTakeover>};

}  // namespace moestro::alarms
