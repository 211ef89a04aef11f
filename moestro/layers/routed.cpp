// SPDX-License-Identifier: Apache-2.0
// The mixture-of-experts layer: route, exchange(experts), plus shared experts
// that see every token (one wider network, DeepSeekMoE 2401.06066).
#include "moestro/layers/layer.h"
#include "moestro/ops/assign.h"

namespace moestro::layer_parts {
namespace routed_part {

class Routed final : public Layer {
 public:
  explicit Routed(const LayerSite& s)
      : router_(make_router(s.registry, s.spec, s.part)),
        experts_(
            make_from<Experts>(s.registry, s.spec, s.spec.moe.expert, s.part)),
        exchange_(make_from<Exchange>(
            s.registry, s.spec, s.spec.moe.exchange, s.part)) {
    if (s.spec.moe.shared_experts > 0) {
      auto site = s.part;
      site.num_experts = 1;
      site.hidden_dim *= s.spec.moe.shared_experts;
      shared_ = make_from<Experts>(s.registry, s.spec, s.spec.moe.expert, site);
    }
  }

  void tensors(const TensorVisitor& visit) override {
    router_->tensors(prefixed(visit, "router."));
    experts_->tensors(prefixed(visit, "experts."));
    exchange_->tensors(prefixed(visit, "exchange."));
    if (shared_) {
      shared_->tensors(shared_visitor(visit));
    }
  }

  void parts(const PartVisitor& visit) override {
    visit({}, *this);
    router_->parts(prefixed(visit, "router."));
    experts_->parts(prefixed(visit, "experts."));
    exchange_->parts(prefixed(visit, "exchange."));
    if (shared_) {
      shared_->parts(prefixed(visit, "shared."));
    }
  }

  [[nodiscard]] LayerOutput forward(
      const Tensor& x_TD, const RouteContext& ctx) const override {
    auto routing = router_->route(x_TD, ctx);
    auto y_TD = exchange_->run(x_TD, routing, *experts_, ctx);
    if (shared_) {
      y_TD = y_TD + shared_->dense(zero_padding(x_TD, ctx.tokens));
    }
    LayerOutput out{.y_TD = y_TD, .routings = {}};
    out.routings.emplace_back("", std::move(routing));
    return out;
  }

  [[nodiscard]] Tensor rows_ED() const override { return router_->rows_ED(); }

 private:
  // A shared expert is no routed expert: the optimizer treats it as the rest.
  static TensorVisitor shared_visitor(const TensorVisitor& visit) {
    return [&visit](const NamedTensor& tensor) {
      auto named = tensor;
      named.name = "shared." + tensor.name;
      named.role = Role::kRest;
      named.expert_dim.reset();
      visit(named);
    };
  }

  std::unique_ptr<Router> router_;
  std::unique_ptr<Experts> experts_, shared_;
  std::unique_ptr<Exchange> exchange_;
};

}  // namespace routed_part

extern constinit const Variant<Layer> routed = {
    .info =
        {.name = "routed",
         .summary = "each token visits the experts that its router picks",
         .paper = "1701.06538",
         .offers = {Trait::kCausal, Trait::kRoutes}},
    .make = make_plain<Layer, routed_part::Routed>};

}  // namespace moestro::layer_parts
