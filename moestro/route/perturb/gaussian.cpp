// SPDX-License-Identifier: Apache-2.0
// logits <- logits + std * N(0, 1) in training passes; the noise knob scales
// the standard deviation. A gate's own choice logits stay as they are: they are
// a table or a frozen copy, made to be stable.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::perturbs {
namespace gaussian_part {

struct Params {
  double std = 1;
};

constexpr Param kParams[] = {param<&Params::std>(
    "std", "standard deviation of the noise on a logit", {0, 1e3})};

class Gaussian final : public Perturb {
 public:
  Gaussian(const Params& p, const PartSite&) : p_(p) {}

  Logits logits(
      Logits logits, const Tensor&, const RouteContext& ctx) const override {
    const double scale = p_.std * ctx.knobs.noise;
    if (ctx.draws() && scale != 0) {
      logits.live =
          logits.live +
          scale *
              normal(ctx, stream_of("perturb.gaussian"), logits.live.size(1));
    }
    return logits;
  }

 private:
  Params p_;
};

}  // namespace gaussian_part

extern constinit const Variant<Perturb> gaussian = {
    .info =
        {.name = "gaussian",
         .summary = "adds normal noise to the logits",
         .paper = "1701.06538",
         .params = gaussian_part::kParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_part<Perturb, gaussian_part::Gaussian, gaussian_part::Params>};

}  // namespace moestro::perturbs
