// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/controllers.h"

#include <algorithm>

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

bool moves_bias(const Controller& controller) {
  const auto claims = controller.claims();
  return std::ranges::find(claims, "bias") != claims.end();
}

const Param* rate_param(const Registry& registry, std::string_view name) {
  for (const auto& p : registry.at<Controller>(name).info.params) {
    if (p.name == "rate") {
      return &p;
    }
  }
  return nullptr;
}

// As it is configured, or by default; NaN where it has none.
double rate_of(
    const Registry& registry, const LayerSpec& spec, std::string_view name) {
  const auto* param = rate_param(registry, name);
  if (param == nullptr) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  auto rate = param->preset;
  for (const auto& [given, value] : spec.given("controller", name)) {
    rate = given->name == "rate" ? value : rate;
  }
  return std::get<double>(rate);
}

LayerSpec with_rate(
    const Registry& registry,
    LayerSpec spec,
    const std::string& name,
    double rate) {
  const auto* param = rate_param(registry, name);
  if (param == nullptr) {
    fail_configuration(
        "controller '" + name + "' has no rate that could be conducted");
  }
  const auto part = registry.at<Controller>(name).info.name;
  spec.params.push_back({"controller", part, param, rate});
  return spec;
}

}  // namespace

Controllers::Controllers(
    const Registry& registry,
    Stack& stack,
    int64_t num_steps,
    const Conducted& conducted)
    : registry_(registry),
      stack_(&stack),
      num_steps_(num_steps),
      conducted_(conducted) {
  add_configured();
  for (const auto& [layer, rule] : conducted) {
    add_conducted(layer, rule);
  }
}

Controllers::Member Controllers::member(
    std::string name,
    const LayerSpec& spec,
    std::string_view controller,
    size_t layers) const {
  const auto losses = split(spec.moe.losses);
  return {
      std::move(name),
      {std::string(controller), rate_of(registry_, spec, controller)},
      make_from<Controller>(
          registry_,
          spec,
          controller,
          {.num_layers = static_cast<int64_t>(layers),
           .top_k = spec.moe.top_k,
           .num_steps = num_steps_,
           .losses = losses}),
      {}};
}

void Controllers::serve(Member& member, size_t layer) {
  for (auto& routing : stack_->routings(layer)) {
    member.served.push_back({static_cast<int32_t>(layer), &routing});
  }
}

// One whose bias is conducted in a layer does not serve it.
void Controllers::add_configured() {
  for (const auto& [text, group] : group_layers(*stack_)) {
    auto one = member(
        std::to_string(members_.size()) + "." + std::string(group.name),
        stack_->spec(group.layers.front()),
        group.name,
        group.layers.size());
    for (const auto l : group.layers) {
      if (!conducted_.contains(l) || !moves_bias(*one.controller)) {
        serve(one, l);
      }
    }
    claim(one, std::string(group.name));
    members_.push_back(std::move(one));
  }
}

void Controllers::add_conducted(size_t layer, const BiasRule& rule) {
  if (rule.controller.empty()) {
    return;
  }
  const auto spec =
      with_rate(registry_, stack_->spec(layer), rule.controller, rule.rate);
  auto one = member(
      "conducted." + std::to_string(layer) + "." + rule.controller,
      spec,
      rule.controller,
      1);
  serve(one, layer);
  claim(one, "the conductor (" + rule.controller + ")");
  members_.push_back(std::move(one));
}

void Controllers::conduct(const Conducted& conducted) {
  std::map<std::string, std::vector<double>, std::less<>> states;
  state([&states](std::string_view name, std::vector<double>& value) {
    states.emplace(name, value);
  });
  Controllers fresh(registry_, *stack_, num_steps_, conducted);
  fresh.state([&states](std::string_view name, std::vector<double>& value) {
    const auto known = states.find(name);
    value = known == states.end() ? value : known->second;
  });
  *this = std::move(fresh);
}

BiasRule Controllers::bias_rule(size_t layer) const {
  for (const auto& member : members_) {
    for (const auto& served : member.served) {
      if (served.layer == static_cast<int32_t>(layer) &&
          moves_bias(*member.controller)) {
        return member.rule;
      }
    }
  }
  return {};
}

void Controllers::claim(const Member& member, const std::string& owner) {
  for (const auto& served : member.served) {
    for (const auto& knob : member.controller->claims()) {
      const auto [known, fresh] =
          owners_.try_emplace({served.routing, knob}, owner);
      if (!fresh) {
        fail_configuration(
            "moe.controllers: '" + known->second + "' and '" + owner +
                "' both move '" + knob + "' of layer " +
                std::to_string(served.layer) + "; keep one of them",
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
