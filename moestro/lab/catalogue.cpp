// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/catalogue.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/base/settings.h"
#include "moestro/base/text.h"
#include "moestro/layers/moe_config.h"
#include "moestro/layers/part_keys.h"
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
      .choices = std::string(p.choices),
      .aliases = std::string(p.aliases),
      .unit = std::string(p.unit),
      .example = std::string(p.example),
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

Method part_method(
    const Registry::Entry& entry, const std::vector<PartParamKey>& params) {
  const auto& info = *entry.info;
  Method m{
      .kind = std::string(entry.kind),
      .name = std::string(info.name),
      .summary = std::string(info.summary),
      .paper = std::string(info.paper),
      .since = std::string(info.since),
      .needs = names_of(info.needs),
      .offers = names_of(info.offers),
      .reading = info.reading};
  for (const auto& p : params) {
    if (p.kind == entry.kind && p.part == info.name) {
      m.keys.push_back(key_of(*p.param, p.key));
    }
  }
  return m;
}

Json list_json(std::string_view names) {
  JsonArray list;
  for (const auto name : split(names)) {
    list.emplace_back(name);
  }
  return list;
}

// Kind -> name, or names.
Json parts_json(const Registry& registry, const LayerSpec& spec) {
  Json parts;
  parts.set("layer", spec.moe.layer);
  if (!routes(registry, spec)) {
    return parts.set("experts", spec.moe.expert);
  }
  for (const auto& key : single_part_keys()) {
    if (key.kind != "layer") {
      parts.set(std::string(key.kind), spec.moe.*key.field);
    }
  }
  for (const auto& key : list_part_keys()) {
    parts.set(std::string(key.kind), list_json(spec.moe.*key.field));
  }
  return parts;
}

// What a recipe sets besides its parts, with its values as defaults.
std::vector<MethodKey> recipe_keys(
    const Recipe& recipe,
    const LayerSpec& spec,
    const std::vector<PartParamKey>& params) {
  std::vector<MethodKey> keys;
  const auto sets = [&recipe](const std::string& key) {
    return std::ranges::find(recipe.settings, key, &Setting::key) !=
           recipe.settings.end();
  };
  const auto add = [&keys](const Param& p, const std::string& key, Value v) {
    keys.push_back(key_of(p, key));
    keys.back().value = value_json(v);
    keys.back().preset = toml_text(v, p.shape);
  };
  for (const auto& p : moe_params()) {
    const auto key = "moe." + std::string(p.name);
    if (sets(key) && !names_parts(p.name)) {
      add(p, key, p.load(&spec.moe));
    }
  }
  for (const auto& p : params) {
    if (sets(p.key) && uses(spec.moe, p.kind, p.part)) {
      for (const auto& [param, value] : spec.given(p.kind, p.part)) {
        if (param == p.param) {
          add(*p.param, p.key, value);
        }
      }
    }
  }
  return keys;
}

Method recipe_method(
    const RecipeText& source,
    const Registry& registry,
    const std::vector<PartParamKey>& params) {
  const auto recipe = recipe_called(source.name);
  const auto config = resolve_moe(
      {{"moe.recipe", recipe.name, {.file = "methods"}}}, {}, registry);
  return {
      .kind = "recipe",
      .name = recipe.name,
      .summary = recipe.summary,
      .paper = recipe.paper,
      .since = recipe.since,
      .keys = recipe_keys(recipe, config.common, params),
      .caveats = recipe.caveats,
      .text = std::string(source.text),
      .causal = recipe.causal,
      .parts = parts_json(registry, config.common)};
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

void add_reading(Json& json, const Reading& r) {
  json.set("label", r.label)
      .set("unit", r.unit)
      .set("digits", r.digits)
      .set("null", r.null)
      .set("meaning", r.meaning)
      .set("tier", r.tier)
      .set("cost", r.cost)
      .set("scope", r.scope == Extent::kRun ? "run" : "layer")
      .set("groups", list_json(r.groups));
  if (r.worse != Worse::kNeither) {
    json.set("worse", r.worse == Worse::kHigher ? "higher" : "lower");
  }
}

// Kinds as the keys moe.* name them, then those that no layer is made of.
std::vector<Registry::Entry> in_reading_order(const Registry& registry) {
  std::vector<std::string_view> kinds;
  for (const auto& keys : {single_part_keys(), list_part_keys()}) {
    std::ranges::transform(keys, std::back_inserter(kinds), &PartKey::kind);
  }
  const auto entries = registry.entries();
  std::vector<Registry::Entry> all(entries.begin(), entries.end());
  std::ranges::stable_sort(all, {}, [&kinds](const Registry::Entry& entry) {
    return std::ranges::find(kinds, entry.kind) - kinds.begin();
  });
  return all;
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
  for (const auto& [name, list] :
       {std::pair{"choices", &k.choices}, std::pair{"aliases", &k.aliases}}) {
    if (!list->empty()) {
      json.set(name, list_json(*list));
    }
  }
  for (const auto& [name, text] :
       {std::pair{"unit", &k.unit}, std::pair{"example", &k.example}}) {
    if (!text->empty()) {
      json.set(name, *text);
    }
  }
  return json;
}

}  // namespace

std::vector<Method> catalogue(const Registry& registry, std::string_view name) {
  std::vector<Method> all;
  const auto params = part_param_keys(registry);
  for (const auto& entry : in_reading_order(registry)) {
    all.push_back(part_method(entry, params));
  }
  for (const auto& text : recipe_texts()) {
    all.push_back(recipe_method(text, registry, params));
  }
  add_sections(all);
  if (name.empty()) {
    return all;
  }
  std::vector<Method> chosen;
  std::ranges::copy_if(
      all, std::back_inserter(chosen), [name](const Method& m) {
        return m.name == name || m.kind == name;
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
        .set("offers", list_json(m.offers))
        .set("since", m.since);
    if (m.kind == "recipe") {
      json.set("causal", m.causal)
          .set("caveats", m.caveats)
          .set("parts", m.parts);
    }
    if (m.reading != nullptr) {
      add_reading(json, *m.reading);
    }
    list.push_back(json);
  }
  return list;
}

}  // namespace moestro
