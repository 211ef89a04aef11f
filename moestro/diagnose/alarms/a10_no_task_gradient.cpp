// SPDX-License-Identifier: Apache-2.0
// A10: the task does not reach the router: its gradient there is less than a
// millionth of that on the experts, in three probes. Loads may look perfect all
// the while: the router follows the balance loss alone, or nothing.
#include "moestro/diagnose/alarms/probed.h"

namespace moestro::alarms {
namespace a10_no_task_gradient_part {

constexpr ProbeLimit kLimit = {
    .metric = "router-lm-gradient",
    .higher = false,
    .limit = 1e-6,
    .probes = 3,
    .level = Level::kPage,
    .warm = false,
    .message = "the task no longer reaches the router"};

class NoTaskGradient final : public Probed {
 public:
  explicit NoTaskGradient(const Site&) : Probed(kLimit) {}
};

}  // namespace a10_no_task_gradient_part

extern constinit const Variant<Alarm> a10_no_task_gradient = {
    .info =
        {.name = "a10-no-task-gradient",
         .summary = "the task's gradient does not reach the router",
         .paper = "",
         .shows = "router-lm-gradient"},
    .make = make_plain<Alarm, a10_no_task_gradient_part::NoTaskGradient>};

}  // namespace moestro::alarms
