// SPDX-License-Identifier: Apache-2.0
// One feed-forward network that does as much work per token as the mixture
// would: hidden = (top_k + shared_experts) * hidden. The router's own work is
// not counted.
#include "moestro/layers/layer.h"
#include "moestro/ops/assign.h"

namespace moestro::layer_parts {
namespace dense_part {

class Dense final : public Layer {
 public:
  explicit Dense(const LayerSite& s)
      : network_(make_from<Experts>(
            s.registry, s.spec, s.spec.moe.expert, widened(s))) {}

  void tensors(const TensorVisitor& visit) override {
    network_->tensors([&visit](const NamedTensor& tensor) {
      auto named = tensor;
      named.name = "dense." + tensor.name;
      named.role = Role::kRest;
      named.expert_dim.reset();
      visit(named);
    });
  }

  [[nodiscard]] std::vector<std::string> routings() const override {
    return {};
  }

  [[nodiscard]] LayerOutput forward(
      const Tensor& x_TD, const RouteContext& ctx) const override {
    return {
        .y_TD = network_->dense(zero_padding(x_TD, ctx.tokens)),
        .routings = {}};
  }

 private:
  static PartSite widened(const LayerSite& s) {
    auto site = s.part;
    site.num_experts = 1;
    site.hidden_dim *= s.spec.moe.top_k + s.spec.moe.shared_experts;
    return site;
  }

  std::unique_ptr<Experts> network_;
};

}  // namespace dense_part

extern constinit const Variant<Layer> dense = {
    .info =
        {.name = "dense",
         .summary = "one network of equal active size; nothing is routed",
         .paper = "1706.03762",
         .offers = {Trait::kCausal}},
    .make = make_plain<Layer, dense_part::Dense>};

}  // namespace moestro::layer_parts
