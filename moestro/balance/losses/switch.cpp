// SPDX-License-Identifier: Apache-2.0
// E * sum f_e P_e (Switch Transformer, 2101.03961, eq. 4): f share of demand
// before capacity, P mean probability. 1 at uniform. It may lie below 1: with a
// selection bias f and P can be anti-correlated.
//
// Scope "micro" takes f from this forward, "global" from the optimizer step so
// far: the loss `global` with counts "buffer", under the name of this formula.
#include "moestro/balance/loss.h"

namespace moestro::losses {
namespace switch_part {

struct Params {
  double weight = 1e-2;
  std::string_view scope = "micro";
};

constexpr Param kParams[] = {
    weight_param<Params>(),
    param<&Params::scope>(
        "scope",
        "where demand is counted: in this forward, or in the optimizer step so "
        "far")
        .with({.choices = "micro,global"})};

std::unique_ptr<Loss> make(Given given, const PartSite&) {
  const auto p = params_of<Params>(given);
  return std::make_unique<FormulaLoss>(
      demand_times_prob,
      p.weight,
      p.scope == "micro" ? Scope::kMicro : Scope::kBuffer);
}

}  // namespace switch_part

extern constinit const Variant<Loss> switch_loss = {
    .info =
        {.name = "switch",
         .summary = "demand times probability, per forward",
         .paper = "2101.03961",
         .params = switch_part::kParams},
    .make = switch_part::make};

}  // namespace moestro::losses
