// SPDX-License-Identifier: Apache-2.0
// A13: an expert is mute: what it adds to the tokens it serves is less than a
// hundredth of what the median expert adds, in two probes. No load shows it.
#include "moestro/diagnose/alarms/probed.h"

namespace moestro::alarms {
namespace a13_mute_expert_part {

constexpr ProbeLimit kLimit = {
    .metric = "output-share",
    .higher = false,
    .limit = 0.01,
    .probes = 2,
    .level = Level::kPage,
    .warm = true,
    .message = "an expert gets tokens and adds nothing to them",
    .expert = "output_least"};

class MuteExpert final : public Probed {
 public:
  explicit MuteExpert(const Site&) : Probed(kLimit) {}
};

}  // namespace a13_mute_expert_part

extern constinit const Variant<Alarm> a13_mute_expert = {
    .info =
        {.name = "a13-mute-expert",
         .summary = "an expert gets tokens and adds nothing to them",
         .paper = "",
         .shows = "output-share"},
    .make = make_plain<Alarm, a13_mute_expert_part::MuteExpert>};

}  // namespace moestro::alarms
