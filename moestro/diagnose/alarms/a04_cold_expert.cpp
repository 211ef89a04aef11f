// SPDX-License-Identifier: Apache-2.0
// A04: an expert certainly gets less than a quarter of its fair share, for
// three windows and 100 steps, and is not dead yet: early in a run experts lie
// idle for dozens of steps and come back by themselves.
#include "moestro/diagnose/alarms/scarce.h"

namespace moestro::alarms {
namespace a04_cold_expert_part {

constexpr Scarce kCold = {
    .fraction = 0.25,
    .windows = 3,
    .steps = 100,
    .word = "cold",
    .level = Level::kWarn};

class ColdExpert final : public ScarceExperts {
 public:
  explicit ColdExpert(const Site& site) : ScarceExperts(kCold, site) {}
};

}  // namespace a04_cold_expert_part

extern constinit const Variant<Alarm> a04_cold_expert = {
    .info =
        {.name = "a04-cold-expert",
         .summary = "an expert certainly gets less than a quarter of its share",
         .paper = "",
         .shows = "load"},
    .make = make_plain<Alarm, a04_cold_expert_part::ColdExpert>};

}  // namespace moestro::alarms
