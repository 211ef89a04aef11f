// SPDX-License-Identifier: Apache-2.0
// A layer between two residual streams: routed experts, one dense network, or
// one of the systems that mix parameters instead of tokens.
#pragma once

#include "moestro/base/api.h"
#include "moestro/layers/spec.h"

MOESTRO_API_BEGIN
namespace moestro {

struct LayerSite {
  PartSite part;
  const Registry& registry;
  const LayerSpec& spec;
};

class Layer : public Part {
 public:
  static constexpr std::string_view kKind = "layer";
  using Site = LayerSite;
  [[nodiscard]] virtual LayerOutput forward(
      const Tensor& x_TD, const RouteContext&) const = 0;
  // Names of the routings that `forward` returns, in their order.
  [[nodiscard]] virtual std::vector<std::string> routings() const {
    return {""};
  }
  // The router's rows [E, D], undefined where there are none.
  [[nodiscard]] virtual Tensor rows_ED() const { return {}; }
};

// The layer that the spec names, checked to fit.
[[nodiscard]] std::unique_ptr<Layer> make_layer(
    const Registry&, const LayerSpec&, PartSite);

// Where the parts of a layer stand: the site with the spec's own numbers.
[[nodiscard]] PartSite site_of(const LayerSpec&, PartSite);

// The router that the spec names. A gate that is given stands in for the
// spec's own.
[[nodiscard]] std::unique_ptr<Router> make_router(
    const Registry&,
    const LayerSpec&,
    const PartSite&,
    std::unique_ptr<Gate> gate = {});

}  // namespace moestro
MOESTRO_API_END
