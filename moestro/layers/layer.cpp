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
  site.allow_dead_router = o.allow_dead_router;
  return site;
}

std::unique_ptr<Layer> make_layer(
    const Registry& registry, const LayerSpec& spec, PartSite site) {
  site = site_of(spec, site);
  check_fit(registry, spec, site);
  return make_from<Layer>(
      registry, spec, spec.moe.layer, {site, registry, spec});
}

std::unique_ptr<Router> make_router(
    const Registry& registry,
    const LayerSpec& spec,
    const PartSite& site,
    std::unique_ptr<Gate> gate) {
  const auto& o = spec.moe;
  RouterNames names{o.gate, o.score, o.select, o.admit, o.weigh};
  RouterParts parts;
  parts.gate =
      gate ? std::move(gate) : make_from<Gate>(registry, spec, o.gate, site);
  for (const auto name : split(o.perturbs)) {
    parts.perturbs.push_back(make_from<Perturb>(registry, spec, name, site));
    names.perturbs.push_back(name);
  }
  parts.score = make_from<Score>(registry, spec, o.score, site);
  parts.select = make_from<Select>(registry, spec, o.select, site);
  parts.fixed_k = registry.at<Select>(o.select).info.offers.has(Trait::kFixedK);
  parts.admit = make_from<Admit>(registry, spec, o.admit, site);
  parts.weigh = make_from<Weigh>(registry, spec, o.weigh, site);
  return make_from<Router>(registry, spec, o.router, {site, parts, names});
}

}  // namespace moestro
