// SPDX-License-Identifier: Apache-2.0
// SMEAR (2306.03745): soft merging of experts. One router output per segment
// mixes the experts' parameters into a single network, v = softmax(W r), and
// that network serves the whole segment. Nothing is assigned, so there are no
// counts: the layer reports mass.
// The paper routes by the mean of the whole sequence, which shows a causal
// model the future. By default segment j is therefore routed by the mean of
// segment j - 1 and the first one by equal shares (Lory, 2405.03133).
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/linear.h>

#include "moestro/layers/layer.h"
#include "moestro/ops/assign.h"
#include "moestro/tensor/initial.h"

namespace moestro::layer_parts {
namespace smear_part {

struct Params {
  int64_t segment = 32;
  double dropout = 0.1;
};

constexpr Param kParams[] = {
    param<&Params::segment>(
        "segment", "tokens that share one merged expert", {1, 1 << 20})
        .with({.aliases = "moe.layer.smear.segment"}),
    param<&Params::dropout>(
        "dropout", "share of experts left out of a mixture", {0, 0.99})
        .with({.aliases = "moe.layer.smear.dropout"})};

class Smear final : public Layer {
 public:
  Smear(const Params& p, const LayerSite& s)
      : p_(p),
        experts_(
            make_from<Experts>(s.registry, s.spec, s.spec.moe.expert, s.part)),
        rows_ED_(trained(initial_normal(
            {s.part.num_experts, s.part.model_dim},
            s.part.init_std,
            {s.part.seed, s.part.layer, "router.weight"}))) {}

  void tensors(const TensorVisitor& visit) override {
    visit(
        {.name = "router.weight",
         .value = rows_ED_,
         .role = Role::kRouter,
         .expert_dim = 0});
    experts_->tensors(prefixed(visit, "experts."));
  }

  void parts(const PartVisitor& visit) override {
    visit({}, *this);
    experts_->parts(prefixed(visit, "experts."));
  }

  [[nodiscard]] LayerOutput forward(
      const Tensor& x_TD, const RouteContext& ctx) const override {
    const auto sequences = ctx.tokens.num_sequences;
    const auto length = x_TD.size(0) / std::max<int64_t>(sequences, 1);
    TORCH_CHECK_VALUE(
        sequences * length == x_TD.size(0),
        "[smear] sequences have equal lengths; got rows=",
        x_TD.size(0),
        ", sequences=",
        sequences);
    const auto segment = std::min(p_.segment, length);
    const auto count = (length + segment - 1) / segment;
    const auto in_segments = [&](const Tensor& row_TX) {
      return at::constant_pad_nd(
                 row_TX.view({sequences, length, -1}),
                 {0, 0, 0, count * segment - length})
          .view({sequences, count, segment, -1});
    };
    const auto x_SGD = in_segments(zero_padding(x_TD, ctx.tokens));
    const auto valid_T1 = ctx.tokens.valid_T.mask().to(x_TD.scalar_type());
    const auto real_SG1 = in_segments(valid_T1).sum(2);
    const auto mean_SGD = x_SGD.sum(2) / real_SG1.clamp_min(1);
    const auto mix_SGE = mixture(mean_SGD, ctx, segment);
    auto y = experts_->merged(x_SGD.flatten(0, 1), mix_SGE.flatten(0, 1));
    y = y.view({sequences, count * segment, -1}).narrow(1, 0, length);
    LayerOutput out{.y_TD = y.reshape(x_TD.sizes()), .routings = {}};
    out.routings.emplace_back("", mass_only(mix_SGE, real_SG1, ctx));
    return out;
  }

  [[nodiscard]] Tensor rows_ED() const override { return rows_ED_; }

 private:
  [[nodiscard]] Tensor mixture(
      const Tensor& mean_SGD, const RouteContext& ctx, int64_t segment) const {
    const auto sequences = mean_SGD.size(0);
    const auto count = mean_SGD.size(1);
    const auto experts = rows_ED_.size(0);
    const auto seen_SGD = mean_SGD.narrow(1, 0, count - 1);
    const auto live = at::linear(seen_SGD, rows_ED_).softmax(-1);
    const auto first = at::full(
        {sequences, 1, experts},
        1.0 / static_cast<double>(experts),
        live.options());
    auto mix = at::cat({first, live}, 1);
    if (!ctx.draws() || p_.dropout == 0) {
      return mix;
    }
    // The draw of a segment is that of its first token.
    const auto length = ctx.tokens.serial_T.size(0) / sequences;
    const auto draws_TE = uniform(ctx, kStream, experts);
    const auto start =
        at::arange(0, length, segment, ctx.tokens.serial_T.options());
    const auto draws =
        draws_TE.view({sequences, length, experts}).index_select(1, start);
    const auto kept = mix * draws.ge(p_.dropout);
    const auto total = kept.sum(-1, true);
    return at::where(total.gt(0), kept / total.clamp_min(1e-30), mix);
  }

  // No pairs; one unit of mass for each token.
  static Routing mass_only(
      const Tensor& mix_SGE, const Tensor& real_SG1, const RouteContext& ctx) {
    const auto experts = mix_SGE.size(2);
    const auto sequences = mix_SGE.size(0);
    const auto longs = ctx.tokens.serial_T.options();
    const auto floats = mix_SGE.options().requires_grad(false);
    Routing r;
    r.pairs = assign(at::empty({0, 1}, longs), experts);
    r.weight_N = at::zeros({r.pairs.token_N.size(0)}, floats);
    auto& s = r.sums;
    s.valid_S = real_SG1.sum(at::IntArrayRef{1, 2}).to(at::kLong);
    s.demand_SE = at::zeros({sequences, experts}, longs);
    s.first_SE = s.demand_SE;
    s.prob_SE = (mix_SGE * real_SG1).sum(1);
    s.mass_SE = s.prob_SE;
    const auto entropy_SG1 = entropy(mix_SGE).unsqueeze(2);
    s.entropy_S = (entropy_SG1 * real_SG1).sum(at::IntArrayRef{1, 2});
    s.lse2_S = at::zeros({sequences}, floats);
    s.extremes = at::zeros({3}, floats);
    return r;
  }

  static constexpr uint32_t kStream = 31;
  Params p_;
  std::unique_ptr<Experts> experts_;
  Tensor rows_ED_;
};

}  // namespace smear_part

extern constinit const Variant<Layer> smear = {
    .info =
        {.name = "smear",
         .summary = "merges the experts' parameters, one mixture a segment",
         .paper = "2306.03745",
         .params = smear_part::kParams,
         .offers = {Trait::kCausal}},
    .make = make_part<Layer, smear_part::Smear, smear_part::Params>};

}  // namespace moestro::layer_parts
