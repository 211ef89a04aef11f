// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/controllers.h"

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

std::map<std::string, Group> group_layers(const Stack& stack) {
  std::map<std::string, Group> groups;
  for (size_t l = 0; l < stack.size(); ++l) {
    if (!stack.routes(l)) {
      continue;
    }
    for (const auto name : split(stack.spec(l).moe.controllers)) {
      auto& group = groups[signature(stack.spec(l), name)];
      group.name = name;
      group.layers.push_back(l);
    }
  }
  return groups;
}

}  // namespace

Controllers::Controllers(
    const Registry& registry, Stack& stack, int64_t num_steps) {
  for (const auto& [text, group] : group_layers(stack)) {
    const auto& first = stack.spec(group.layers.front());
    const auto losses = split(first.moe.losses);
    Member member{
        std::to_string(members_.size()) + "." + std::string(group.name),
        make_from<Controller>(
            registry,
            first,
            group.name,
            {.num_layers = static_cast<int64_t>(group.layers.size()),
             .top_k = first.moe.top_k,
             .num_steps = num_steps,
             .losses = losses}),
        {}};
    for (const auto l : group.layers) {
      for (auto& routing : stack.routings(l)) {
        member.served.push_back({static_cast<int32_t>(l), &routing});
      }
    }
    claim(member, group.name);
    members_.push_back(std::move(member));
  }
}

void Controllers::claim(const Member& member, std::string_view controller) {
  for (const auto& served : member.served) {
    for (const auto& knob : member.controller->claims()) {
      const auto [owner, fresh] =
          owners_.try_emplace({served.routing, knob}, std::string(controller));
      if (!fresh) {
        fail_configuration(
            "moe.controllers: '" + owner->second + "' and '" +
                std::string(controller) + "' both move '" + knob +
                "' of layer " + std::to_string(served.layer) +
                "; keep one of them",
            "moe.controllers");
      }
    }
  }
}

void Controllers::declare(Ledger& ledger) const {
  for (const auto& member : members_) {
    for (const auto& served : member.served) {
      ledger.want(
          {served.layer, served.routing->name}, member.controller->wants());
    }
  }
}

void Controllers::step(int64_t step, const Ledger& ledger) {
  for (auto& member : members_) {
    std::vector<Totals> totals;
    for (const auto& served : member.served) {
      totals.push_back(ledger.totals(served.layer, served.routing->name));
    }
    std::vector<LayerControl> views;
    for (size_t i = 0; i < totals.size(); ++i) {
      auto& routing = *member.served[i].routing;
      views.push_back({totals[i], routing.layout, routing.knobs});
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
