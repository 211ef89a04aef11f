// SPDX-License-Identifier: Apache-2.0
// x <- x * keep / (1 - rate) before the gate, in training passes only; the
// experts see the whole input.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::perturbs {
namespace input_dropout_part {

struct Params {
  double rate = 0.1;
};

constexpr Param kParams[] = {param<&Params::rate>(
    "rate", "share of the gate's input that is dropped", {0, 0.99})};

class InputDropout final : public Perturb {
 public:
  InputDropout(const Params& p, const PartSite&) : p_(p) {}

  Tensor input(const Tensor& x_TD, const RouteContext& ctx) const override {
    if (!ctx.draws()) {
      return x_TD;
    }
    const auto draw_TD =
        uniform(ctx, stream_of("perturb.input-dropout"), x_TD.size(1));
    return x_TD * draw_TD.ge(p_.rate) / (1 - p_.rate);
  }

 private:
  Params p_;
};

}  // namespace input_dropout_part

extern constinit const Variant<Perturb> input_dropout = {
    .info =
        {.name = "input-dropout",
         .summary = "drops parts of the gate's input",
         .paper = "1207.0580",
         .params = input_dropout_part::kParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_part<
        Perturb,
        input_dropout_part::InputDropout,
        input_dropout_part::Params>};

}  // namespace moestro::perturbs
