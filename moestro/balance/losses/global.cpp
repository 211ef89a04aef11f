// SPDX-License-Identifier: Apache-2.0
// E * sum f_e P_e with f over the whole optimizer step (Qwen, 2501.11873): a
// micro-batch may specialise as long as the step is balanced. P stays local.
//
// "buffer" counts the forwards of the step so far, so it depends on the
// accumulation; "exact" counts the step beforehand without gradient.
#include "moestro/balance/shares.h"
#include "moestro/base/error.h"
#include "moestro/ops/part.h"

namespace moestro::losses {
namespace global_part {

struct Params {
  double weight = 1e-2;
  std::string_view counts = "buffer";
};

constexpr Param kParams[] = {
    param<&Params::weight>(
        "weight",
        "factor of the loss in the sum that training minimises",
        {0, 1e6}),
    param<&Params::counts>("counts", "how demand is counted: buffer, exact")};

Scope scope_of(std::string_view name) {
  if (name != "buffer" && name != "exact") {
    fail_configuration(
        "moe.loss.global.counts is buffer or exact; got " + std::string(name));
  }
  return name == "buffer" ? Scope::kBuffer : Scope::kExact;
}

class Global final : public Loss {
 public:
  Global(const Params& p, const PartSite&)
      : p_(p), scope_(scope_of(p.counts)) {}

  Tensor value(const LossView& v) const override {
    return demand_times_prob(v.sums);
  }
  double weight() const override { return p_.weight; }
  Scope scope() const override { return scope_; }

 private:
  Params p_;
  Scope scope_;
};

}  // namespace global_part

extern constinit const Variant<Loss> global_loss = {
    .info =
        {.name = "global",
         .summary = "demand of the whole step times probability",
         .paper = "2501.11873",
         .params = global_part::kParams},
    .make = make_part<Loss, global_part::Global, global_part::Params>};

}  // namespace moestro::losses
