// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/layer.h"

#include "moestro/base/text.h"

namespace moestro {

PartSite site_of(const LayerSpec& spec, PartSite site) {
  const auto& o = spec.moe;
  site.hidden_dim = o.hidden;
  site.num_experts = o.experts;
  site.top_k = o.top_k;
  site.init_std = o.init_std;
  site.orthogonal_init = o.orthogonal_init;
  site.route_scale = o.route_scale;
  site.groups = o.groups;
  site.group_topk = o.group_topk;
  site.min_capacity = o.min_capacity;
  return site;
}

std::unique_ptr<Layer> make_layer(
    const Registry& registry, const LayerSpec& spec, PartSite site) {
  site = site_of(spec, site);
  check_fit(registry, spec, site.layer, site);
  return make_from<Layer>(
      registry, spec, spec.moe.layer, {site, registry, spec});
}

RouterParts make_router_parts(
    const Registry& registry, const LayerSpec& spec, const PartSite& site) {
  const auto& o = spec.moe;
  RouterParts parts;
  parts.gate = make_from<Gate>(registry, spec, o.gate, site);
  for (const auto name : split(o.perturbs)) {
    parts.perturbs.push_back(make_from<Perturb>(registry, spec, name, site));
  }
  parts.score = make_from<Score>(registry, spec, o.score, site);
  parts.select = make_from<Select>(registry, spec, o.select, site);
  parts.fixed_k = registry.at<Select>(o.select).info.offers.has(Trait::kFixedK);
  parts.admit = make_from<Admit>(registry, spec, o.admit, site);
  parts.weigh = make_from<Weigh>(registry, spec, o.weigh, site);
  return parts;
}

TensorVisitor prefixed(const TensorVisitor& visit, const std::string& prefix) {
  return [&visit, prefix](const NamedTensor& tensor) {
    auto named = tensor;
    named.name = prefix + tensor.name;
    visit(named);
  };
}

}  // namespace moestro
