// SPDX-License-Identifier: Apache-2.0
// A03: an expert certainly gets less than a tenth of its fair share. An
// e-process a window and expert against "at least a tenth", so that one may
// look as often as one likes; it starts anew when tokens come back.
// Of a trace, only an expert that was alive can die: one that nobody chose from
// the first window on says something of the text, not of the run.
#include "moestro/diagnose/alarms/scarce.h"

namespace moestro::alarms {
namespace a03_dead_expert_part {

constexpr Scarce kDead = {
    .fraction = 0.1,
    .windows = 1,
    .steps = 0,
    .word = "dead",
    .level = Level::kPage};

class DeadExpert final : public ScarceExperts {
 public:
  explicit DeadExpert(const Site& site) : ScarceExperts(kDead, site) {}
};

}  // namespace a03_dead_expert_part

extern constinit const Variant<Alarm> a03_dead_expert = {
    .info =
        {.name = "a03-dead-expert",
         .summary = "an expert certainly gets less than a tenth of its share",
         .paper = "",
         .shows = "load"},
    .make = make_plain<Alarm, a03_dead_expert_part::DeadExpert>};

}  // namespace moestro::alarms
