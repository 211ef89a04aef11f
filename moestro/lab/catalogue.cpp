// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/catalogue.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/base/settings.h"
#include "moestro/base/text.h"
#include "moestro/layers/recipe.h"
#include "moestro/layers/recipe_texts.h"
#include "moestro/train/config.h"

namespace moestro {
namespace {

Json value_json(const Value& value) {
  return std::visit([](const auto& v) { return Json(v); }, value);
}

Json bound(double value, const Value& preset) {
  if (!std::isfinite(value)) {
    return {};
  }
  return std::holds_alternative<int64_t>(preset)
             ? Json(static_cast<int64_t>(value))
             : Json(value);
}

MethodKey key_of(const Param& p, const std::string& key) {
  const bool number = std::holds_alternative<int64_t>(p.preset) ||
                      std::holds_alternative<double>(p.preset);
  return {
      .name = std::string(p.name),
      .key = key,
      .type = std::string(type_name(p.preset)),
      .preset = toml_text(p.preset, p.shape),
      .meaning = std::string(p.meaning),
      .value = value_json(p.preset),
      .min = number ? bound(p.range.low, p.preset) : Json(),
      .max = number ? bound(p.range.high, p.preset) : Json()};
}

std::string names_of(const Traits& traits) {
  std::vector<std::string_view> names;
  for (const auto& [trait, name] : kTraitNames) {
    if (traits.has(trait)) {
      names.push_back(name);
    }
  }
  return join(names);
}

Method part_method(const Registry::Entry& entry) {
  const auto& info = *entry.info;
  Method m{
      .kind = std::string(entry.kind),
      .name = std::string(info.name),
      .summary = std::string(info.summary),
      .paper = std::string(info.paper),
      .needs = names_of(info.needs),
      .offers = names_of(info.offers)};
  for (const auto& p : info.params) {
    m.keys.push_back(
        key_of(p, "moe." + m.kind + "." + m.name + "." + std::string(p.name)));
  }
  return m;
}

Method recipe_method(const RecipeText& source) {
  const auto recipe = recipe_called(source.name);
  return {
      .kind = "recipe",
      .name = recipe.name,
      .summary = recipe.summary,
      .paper = recipe.paper,
      .caveats = recipe.caveats,
      .text = std::string(source.text),
      .causal = recipe.causal};
}

void add_sections(std::vector<Method>& all) {
  for (const auto& known : plain_keys()) {
    const auto section = known.key.substr(0, known.key.find('.'));
    if (all.back().kind != "section" || all.back().name != section) {
      all.push_back(
          {.kind = "section",
           .name = section,
           .summary = "keys " + section + ".* of the configuration"});
    }
    all.back().keys.push_back(key_of(*known.param, known.key));
  }
}

Json list_json(const std::string& names) {
  JsonArray list;
  for (const auto name : split(names)) {
    list.emplace_back(name);
  }
  return list;
}

Json key_json(const MethodKey& k) {
  Json json;
  json.set("name", k.name)
      .set("key", k.key)
      .set("type", k.type)
      .set("default", k.value)
      .set("min", k.min)
      .set("max", k.max)
      .set("meaning", k.meaning);
  return json;
}

}  // namespace

std::vector<Method> catalogue(const Registry& registry, std::string_view name) {
  std::vector<Method> all;
  for (const auto& entry : registry.entries()) {
    all.push_back(part_method(entry));
  }
  for (const auto& text : recipe_texts()) {
    all.push_back(recipe_method(text));
  }
  add_sections(all);
  if (name.empty()) {
    return all;
  }
  std::vector<Method> chosen;
  std::ranges::copy_if(
      all, std::back_inserter(chosen), [name](const Method& m) {
        return m.name == name;
      });
  if (chosen.empty()) {
    std::vector<std::string_view> known;
    for (const auto& m : all) {
      known.push_back(m.name);
    }
    fail_configuration(
        "nothing is called '" + std::string(name) + "'" +
        did_you_mean(name, known));
  }
  return chosen;
}

Json to_json(const std::vector<Method>& methods) {
  JsonArray list;
  for (const auto& m : methods) {
    JsonArray keys;
    for (const auto& k : m.keys) {
      keys.push_back(key_json(k));
    }
    Json json;
    json.set("kind", m.kind)
        .set("name", m.name)
        .set("summary", m.summary)
        .set("paper", m.paper)
        .set("parameters", keys)
        .set("needs", list_json(m.needs))
        .set("offers", list_json(m.offers));
    if (m.kind == "recipe") {
      json.set("causal", m.causal).set("caveats", m.caveats);
    }
    list.push_back(json);
  }
  return list;
}

}  // namespace moestro
