// SPDX-License-Identifier: Apache-2.0
// A11: the balance losses pull harder on the router than the task does, in
// three probes of a warm run: it learns to be even, not to specialise.
#include "moestro/diagnose/alarms/probed.h"

namespace moestro::alarms {
namespace a11_balance_overdose_part {

constexpr ProbeLimit kLimit = {
    .metric = "balance-over-lm",
    .higher = true,
    .limit = 1,
    .probes = 3,
    .level = Level::kWarn,
    .warm = true,
    .message = "balancing pulls harder on the router than the task does"};

class BalanceOverdose final : public Probed {
 public:
  explicit BalanceOverdose(const Site&) : Probed(kLimit) {}
};

}  // namespace a11_balance_overdose_part

extern constinit const Variant<Alarm> a11_balance_overdose = {
    .info =
        {.name = "a11-balance-overdose",
         .summary = "balancing pulls harder on the router than the task",
         .paper = "",
         .shows = "balance-over-lm"},
    .make = make_plain<Alarm, a11_balance_overdose_part::BalanceOverdose>};

}  // namespace moestro::alarms
