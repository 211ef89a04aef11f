// SPDX-License-Identifier: Apache-2.0
// x <- x * U(1 - eps, 1 + eps) before the gate, in training passes only
// (Switch Transformer, 2101.03961, section 2.4).
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::perturbs {
namespace jitter_part {

struct Params {
  double eps = 1e-2;
};

constexpr Param kParams[] = {
    param<&Params::eps>("eps", "largest relative change of an input", {0, 1})};

class Jitter final : public Perturb {
 public:
  Jitter(const Params& p, const PartSite&) : p_(p) {}

  Tensor input(const Tensor& x_TD, const RouteContext& ctx) const override {
    if (!ctx.draws()) {
      return x_TD;
    }
    const auto draw_TD =
        uniform(ctx, stream_of("perturb.jitter"), x_TD.size(1));
    return x_TD * (1 + p_.eps * (2 * draw_TD - 1));
  }

 private:
  Params p_;
};

}  // namespace jitter_part

extern constinit const Variant<Perturb> jitter = {
    .info =
        {.name = "jitter",
         .summary = "multiplies the gate's input by noise close to 1",
         .paper = "2101.03961",
         .params = jitter_part::kParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_part<Perturb, jitter_part::Jitter, jitter_part::Params>};

}  // namespace moestro::perturbs
