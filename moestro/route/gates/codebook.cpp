// SPDX-License-Identifier: Apache-2.0
// One code per expert; a token goes to the nearest: logits = -|x - c_e|^2 (the
// discrete path of VQMoE, with its exponential-average codebook, after van den
// Oord et al., 1711.00937). Codes are moved by the tokens that they attract,
// not by a gradient: n <- d n + (1 - d) count, m <- d m + (1 - d) sum of x,
// c = m / n. The commitment term draws tokens to their code.
//
// A code that nobody is near keeps its place: its average count decays to 0,
// and a division by it would throw the code away.
#include <ATen/ops/argmin.h>

#include "moestro/ops/part.h"
#include "moestro/tensor/add_rows.h"
#include "moestro/tensor/initial.h"

namespace moestro::gates {
namespace codebook_part {

struct Params {
  double decay = 0.99, commitment = 0.25;
};

constexpr Param kParams[] = {
    param<&Params::decay>("decay", "of the codes' averages", {0, 1}),
    param<&Params::commitment>(
        "commitment",
        "weight of the term that draws tokens to their code",
        {0, 1e6})};

constexpr double kAlive = 1e-6;  // average count below which a code stays

class Codebook final : public Gate {
 public:
  Codebook(const Params& p, const PartSite& site)
      : p_(p),
        codes_ED_(initial_normal(
            {site.num_experts, site.model_dim},
            1,
            {site.seed, site.layer, "gate.codebook.codes"})),
        sums_ED_(codes_ED_.clone()),
        counts_E_(at::ones({site.num_experts})) {}

  void tensors(const TensorVisitor& visit) override {
    const auto buffer = [&visit](const char* name, Tensor& value) {
      visit(
          {.name = name,
           .value = value,
           .role = Role::kRouter,
           .expert_dim = 0,
           .trained = false});
    };
    buffer("codes", codes_ED_);
    buffer("sums", sums_ED_);
    buffer("counts", counts_E_);
  }

  Logits gate(const Tensor& x_TD, const RouteContext& ctx) const override {
    const auto far_TE = distances(x_TD);
    const auto real_T = ctx.tokens.valid_T.mask();
    const auto near_T = at::where(real_T, far_TE.amin(1), 0);
    const auto mean = near_T.sum() / real_T.sum().clamp_min(1);
    return {.live = -far_TE, .terms = {{"commitment", mean * p_.commitment}}};
  }

  // [E, 1 + D]: tokens nearest to each code, and the sum of their inputs.
  Tensor measure(const Tensor& x_TD, const Routing&, const RouteContext& ctx)
      const override {
    const auto x = x_TD.to(at::kFloat);
    const auto experts = codes_ED_.size(0);
    const auto code_T =
        at::where(ctx.tokens.valid_T.mask(), distances(x).argmin(1), experts);
    const auto row_TX = at::cat({at::ones({x.size(0), 1}, x.options()), x}, 1);
    return add_rows(
               at::zeros({experts + 1, row_TX.size(1)}, x.options()),
               code_T,
               at::where(ctx.tokens.valid_T.mask().unsqueeze(1), row_TX, 0))
        .narrow(0, 0, experts);
  }

  void after_step(const Tensor& total_EX, int64_t) override {
    counts_E_.mul_(p_.decay).add_(total_EX.select(1, 0), 1 - p_.decay);
    sums_ED_.mul_(p_.decay).add_(
        total_EX.narrow(1, 1, sums_ED_.size(1)), 1 - p_.decay);
    const auto alive_E1 = counts_E_.gt(kAlive).unsqueeze(1);
    codes_ED_.copy_(at::where(
        alive_E1,
        sums_ED_ / counts_E_.clamp_min(kAlive).unsqueeze(1),
        codes_ED_));
  }

 private:
  [[nodiscard]] Tensor distances(const Tensor& x_TD) const {
    const auto codes_ED = codes_ED_.to(x_TD.scalar_type());
    return x_TD.square().sum(1, true) - 2 * x_TD.mm(codes_ED.t()) +
           codes_ED.square().sum(1);
  }

  Params p_;
  Tensor codes_ED_, sums_ED_, counts_E_;
};

}  // namespace codebook_part

extern constinit const Variant<Gate> codebook = {
    .info =
        {.name = "codebook",
         .summary = "the nearest of one code per expert",
         .paper = "1711.00937",
         .params = codebook_part::kParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_part<Gate, codebook_part::Codebook, codebook_part::Params>};

}  // namespace moestro::gates
