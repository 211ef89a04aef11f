// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/schema.h"

#include <map>

#include "moestro/base/text.h"
#include "moestro/lab/catalogue.h"
#include "moestro/layers/part_keys.h"
#include "moestro/train/config.h"

namespace moestro {
namespace {

Json type_of(const Param& p) {
  Json schema;
  if (p.shape == Shape::kList) {
    Json items;
    items.set("type", "string");
    return schema.set("type", "array").set("items", items);
  }
  constexpr const char* kTypes[] = {"boolean", "integer", "number", "string"};
  return schema.set("type", kTypes[p.preset.index()]);
}

Json property_of(const Param& p) {
  auto schema = type_of(p);
  schema.set("description", p.meaning);
  if (!p.choices.empty()) {
    JsonArray choices;
    for (const auto choice : split(p.choices)) {
      choices.emplace_back(choice);
    }
    schema.set("enum", choices);
  }
  if (schema.at("type").as_string() == "array" || p.preset.index() == 0 ||
      p.preset.index() == 3) {
    return schema;
  }
  if (std::isfinite(p.range.low)) {
    schema.set("minimum", p.range.low);
  }
  if (std::isfinite(p.range.high)) {
    schema.set("maximum", p.range.high);
  }
  return schema;
}

// One part of a kind that one key names, as a table.
Json part_table(const Registry::Entry& entry) {
  Json name, properties, table;
  name.set("const", entry.info->name);
  properties.set("part", name);
  for (const auto& p : entry.info->params) {
    properties.set(std::string(p.name), property_of(p));
  }
  return table.set("type", "object")
      .set("title", entry.info->name)
      .set("description", entry.info->summary)
      .set("properties", properties)
      .set("additionalProperties", false);
}

// A name, or a table with the parameters of one part.
Json part_choice(
    const Registry& registry, std::string_view kind, const Param& p) {
  JsonArray names, forms;
  for (const auto name : registry.names(kind)) {
    names.emplace_back(name);
  }
  Json word, choice;
  forms.push_back(word.set("type", "string").set("enum", names));
  for (const auto& entry : registry.entries()) {
    if (entry.kind == kind) {
      forms.push_back(part_table(entry));
    }
  }
  return choice.set("description", p.meaning).set("anyOf", forms);
}

// A tree of objects grown key by key.
struct Node {
  std::map<std::string, Node> inner;
  std::map<std::string, Json> leaves;

  void add(std::string_view key, const Param& p) {
    const auto dot = key.find('.');
    if (dot == std::string_view::npos) {
      leaves[std::string(key)] = property_of(p);
    } else {
      inner[std::string(key.substr(0, dot))].add(key.substr(dot + 1), p);
    }
  }

  // A layer's override takes the same keys, so the names are the only limit.
  [[nodiscard]] Json schema() const {
    Json properties(JsonObject{});
    for (const auto& [name, leaf] : leaves) {
      properties.set(name, leaf);
    }
    for (const auto& [name, node] : inner) {
      if (!leaves.contains(name)) {
        properties.set(name, node.schema());
      }
    }
    Json json;
    json.set("type", "object")
        .set("properties", properties)
        .set("additionalProperties", false);
    return json;
  }
};

Json layers_schema(const Node& moe) {
  auto item = moe;
  item.leaves.erase("recipe");
  Json range;
  range.set("type", "string")
      .set("description", "blocks, counted from 0: \"0-2,5\"");
  item.leaves["range"] = range;
  Json list;
  list.set("type", "array").set("items", item.schema());
  return list;
}

std::string table_of(const std::vector<MethodKey>& keys) {
  std::string out = "\n| key | type | default | meaning |\n|---|---|---|---|\n";
  for (const auto& k : keys) {
    out += "| `" + k.key + "` | " + k.type + " | `" + k.preset + "` | " +
           k.meaning + " |\n";
  }
  return out;
}

// How a metric is read, in a paragraph.
std::string reading_text(const Reading& r) {
  constexpr std::string_view kWorse[] = {
      "", "; higher is worse", "; lower is worse"};
  auto out = "\n" + std::string(r.meaning) + "\n\n- tier " +
             std::to_string(r.tier) + ", " + std::string(r.cost) +
             (r.scope == Extent::kRun ? "; of the whole run" : "") +
             std::string(kWorse[static_cast<size_t>(r.worse)]) + "\n";
  if (!r.null.empty()) {
    out += "- healthy: " + std::string(r.null) + "\n";
  }
  return out + "- tells apart: " + std::string(r.groups) + "\n";
}

std::string section_of(const Method& m) {
  std::string out = "\n### " + m.name + "\n\n" + m.summary + ".";
  if (!m.paper.empty()) {
    out += " Paper: arXiv " + m.paper + ".";
  }
  if (!m.needs.empty()) {
    out += " Needs: " + m.needs + ".";
  }
  if (!m.offers.empty()) {
    out += " Offers: " + m.offers + ".";
  }
  out += "\n";
  for (const auto& caveat : m.caveats) {
    out += "\n- " + caveat;
  }
  if (m.reading != nullptr) {
    out += reading_text(*m.reading);
  }
  return out + (m.caveats.empty() ? "" : "\n") +
         (m.keys.empty() ? "" : table_of(m.keys));
}

}  // namespace

Json config_schema(const Registry& registry) {
  Node root;
  for (const auto& known : plain_keys()) {
    root.add(known.key, *known.param);
    for (const auto alias : split(known.param->aliases)) {
      root.add(alias, *known.param);
    }
  }
  for (const auto& known : part_param_keys(registry)) {
    if (list_part_key(known.kind) != nullptr) {
      root.add(known.key, *known.param);
    }
    for (const auto alias : split(known.param->aliases)) {
      root.add(alias, *known.param);
    }
  }
  auto& moe = root.inner["moe"];
  for (const auto& p : moe_params()) {
    if (const auto* key = single_part_key(p.name)) {
      moe.leaves[std::string(key->key)] = part_choice(registry, key->kind, p);
    }
  }
  moe.leaves["layers"] = layers_schema(moe);
  Json schema;
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema")
      .set("title", "moestro configuration");
  const auto whole = root.schema();
  for (const auto& [key, value] : whole.as_object()) {
    schema.set(key, value);
  }
  return schema;
}

std::string methods_page(const Registry& registry) {
  std::string out =
      "# Methods\n\nEvery part, recipe and key, made by `moestro methods "
      "--markdown`.\n";
  std::string kind;
  for (const auto& m : catalogue(registry, "")) {
    if (m.kind != kind) {
      kind = m.kind;
      out += "\n## " + kind + "\n";
    }
    out += section_of(m);
  }
  return out;
}

}  // namespace moestro
