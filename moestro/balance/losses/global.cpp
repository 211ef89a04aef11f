// SPDX-License-Identifier: Apache-2.0
// E * sum f_e P_e with f over the whole optimizer step (Qwen, 2501.11873): a
// micro-batch may specialise as long as the step is balanced. P stays local.
//
// "buffer" counts the forwards of the step so far, so it depends on the
// accumulation; "exact" counts the step beforehand without gradient.
#include "moestro/balance/loss.h"

namespace moestro::losses {
namespace global_part {

struct Params {
  double weight = 1e-2;
  std::string_view counts = "buffer";
};

constexpr Param kParams[] = {
    weight_param<Params>(),
    param<&Params::counts>(
        "counts",
        "what demand is counted over: the step so far, or all of it beforehand")
        .with({.choices = "buffer,exact"})};

std::unique_ptr<Loss> make(Given given, const PartSite&) {
  const auto p = params_of<Params>(given);
  return std::make_unique<FormulaLoss>(
      demand_times_prob,
      p.weight,
      p.counts == "exact" ? Scope::kExact : Scope::kBuffer);
}

}  // namespace global_part

extern constinit const Variant<Loss> global_loss = {
    .info =
        {.name = "global",
         .summary = "demand of the whole step times probability",
         .paper = "2501.11873",
         .params = global_part::kParams},
    .make = global_part::make};

}  // namespace moestro::losses
