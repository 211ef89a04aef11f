// SPDX-License-Identifier: Apache-2.0
// E * sum f_e P_e (Switch Transformer, 2101.03961, eq. 4): f share of demand
// before capacity, P mean probability. 1 at uniform. It may lie below 1: with a
// selection bias f and P can be anti-correlated.
//
// Scope "micro" takes f from this forward, "global" from the optimizer step so
// far.
#include "moestro/balance/shares.h"
#include "moestro/base/error.h"
#include "moestro/ops/part.h"

namespace moestro::losses {
namespace switch_part {

struct Params {
  double weight = 1e-2;
  std::string_view scope = "micro";
};

constexpr Param kParams[] = {
    param<&Params::weight>(
        "weight",
        "factor of the loss in the sum that training minimises",
        {0, 1e6}),
    param<&Params::scope>("scope", "where demand is counted: micro, global")};

Scope scope_of(std::string_view name) {
  if (name != "micro" && name != "global") {
    fail_configuration(
        "moe.loss.switch.scope is micro or global; got " + std::string(name));
  }
  return name == "micro" ? Scope::kMicro : Scope::kBuffer;
}

class Switch final : public Loss {
 public:
  Switch(const Params& p, const PartSite&) : p_(p), scope_(scope_of(p.scope)) {}

  Tensor value(const LossView& v) const override {
    return demand_times_prob(v.sums);
  }
  double weight() const override { return p_.weight; }
  Scope scope() const override { return scope_; }

 private:
  Params p_;
  Scope scope_;
};

}  // namespace switch_part

extern constinit const Variant<Loss> switch_loss = {
    .info =
        {.name = "switch",
         .summary = "demand times probability, per forward",
         .paper = "2101.03961",
         .params = switch_part::kParams},
    .make = make_part<Loss, switch_part::Switch, switch_part::Params>};

}  // namespace moestro::losses
