// SPDX-License-Identifier: Apache-2.0
#include "moestro/moe.h"

#include "moestro/lab/registry.h"
#include "moestro/metrics/metric.h"

namespace moestro {

MoE::MoE(
    const Registry& registry,
    const std::string& recipe,
    const MoEOptions& options)
    : MoELayer(registry, recipe, options), top_k_(options.top_k) {}

MoE MoE::from_recipe(const std::string& recipe, const MoEOptions& options) {
  return {registry(), recipe, options};
}

Load MoE::load() const {
  const auto all = registry();
  const LayerRecord record{.counts = totals().counts};
  NullTable null;
  const auto value = [&](std::string_view name) {
    return all.at<Metric>(name).make({}, {})->value(
        record, {.top_k = top_k_, .null = null});
  };
  return {
      .max_vio = value("max-vio"),
      .max_vio_floor = value("max-vio-floor"),
      .min_load = value("min-load"),
      .effective_experts = value("effective-experts")};
}

}  // namespace moestro
