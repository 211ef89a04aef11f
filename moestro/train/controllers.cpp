// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/controllers.h"

#include <map>

#include "moestro/base/error.h"
#include "moestro/base/settings.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

// Layers with the same text share one controller.
std::string signature(const LayerSpec& spec, std::string_view name) {
  std::string text(name);
  for (const auto& [param, value] : spec.given("controller", name)) {
    text +=
        " " + std::string(param->name) + "=" + toml_text(value, param->shape);
  }
  return text;
}

struct Group {
  std::string_view name;
  std::vector<size_t> layers;
};

std::map<std::string, Group> group_layers(
    const Registry& registry, std::span<const LayerSpec> layers) {
  std::map<std::string, Group> groups;
  for (size_t l = 0; l < layers.size(); ++l) {
    if (!routes(registry, layers[l])) {
      continue;
    }
    for (const auto name : split(layers[l].moe.controllers)) {
      auto& group = groups[signature(layers[l], name)];
      group.name = name;
      group.layers.push_back(l);
    }
  }
  return groups;
}

}  // namespace

Controllers::Controllers(
    const Registry& registry,
    std::span<const LayerSpec> layers,
    int64_t num_steps) {
  std::map<std::pair<size_t, std::string>, std::string> owners;
  for (const auto& [text, group] : group_layers(registry, layers)) {
    const auto& first = layers[group.layers.front()];
    const auto losses = split(first.moe.losses);
    const Controller::Site site{
        .num_layers = static_cast<int64_t>(group.layers.size()),
        .top_k = first.moe.top_k,
        .num_steps = num_steps,
        .losses = losses};
    auto made = make_from<Controller>(registry, first, group.name, site);
    for (const auto layer : group.layers) {
      for (const auto& knob : made->claims()) {
        const auto [owner, fresh] =
            owners.try_emplace({layer, knob}, std::string(group.name));
        if (!fresh) {
          fail_configuration(
              "moe.controllers: '" + owner->second + "' and '" +
              std::string(group.name) + "' both move '" + knob + "' of layer " +
              std::to_string(layer) + "; keep one of them");
        }
      }
    }
    members_.push_back(
        {std::to_string(members_.size()) + "." + std::string(group.name),
         std::move(made),
         group.layers});
  }
}

void Controllers::step(
    int64_t step,
    std::span<const Totals> totals,
    std::span<const Layout> layouts,
    std::span<Knobs> knobs) {
  for (auto& member : members_) {
    std::vector<LayerControl> views;
    for (const auto l : member.layers) {
      views.push_back({totals[l], layouts[l], knobs[l]});
    }
    member.controller->step(step, views);
  }
}

void Controllers::state(const Controller::StateVisitor& visit) {
  for (auto& member : members_) {
    member.controller->state(
        [&](std::string_view name, std::vector<double>& value) {
          visit(member.name + "." + std::string(name), value);
        });
  }
}

}  // namespace moestro
