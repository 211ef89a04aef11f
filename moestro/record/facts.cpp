// SPDX-License-Identifier: Apache-2.0
// Writer and reader walk one table: a new fact is one line. Lists are JSON;
// version 1 put commas between domains.
#include "moestro/record/facts.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "moestro/base/json.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

// Text of a field and back; std::nullopt = not known.
std::optional<std::string> text_of(const std::optional<std::string>& v) {
  return v;
}
std::optional<std::string> text_of(const std::optional<int64_t>& v) {
  return v ? std::optional(std::to_string(*v)) : std::nullopt;
}
std::optional<std::string> text_of(const std::optional<double>& v) {
  return v ? std::optional(shortest(*v)) : std::nullopt;
}
std::optional<std::string> text_of(bool v) {
  return v ? "true" : "false";
}

template <class T>
void read_number(std::optional<T>& field, std::string_view text) {
  T value{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) {
    field = value;
  }
}
void read(std::optional<std::string>& field, std::string_view text) {
  field = std::string(text);
}
void read(std::optional<int64_t>& field, std::string_view text) {
  read_number(field, text);
}
void read(std::optional<double>& field, std::string_view text) {
  read_number(field, text);
}
void read(bool& field, std::string_view text) {
  field = text != "false" && text != "0";
}

struct Fact {
  std::string_view key;
  std::optional<std::string> (*text)(const RunFacts&);
  void (*read)(RunFacts&, std::string_view);
};

template <auto At>
constexpr Fact fact(std::string_view key) {
  return {
      key,
      [](const RunFacts& f) { return text_of(At(f)); },
      [](RunFacts& f, std::string_view text) { read(At(f), text); }};
}

#define MOESTRO_AT(field) [](auto& f) -> auto& { return f.field; }
constexpr Fact kFacts[] = {
    fact<MOESTRO_AT(recipe)>("recipe"),
    fact<MOESTRO_AT(origin)>("origin"),
    fact<MOESTRO_AT(step_shift)>("step_shift"),
    fact<MOESTRO_AT(steps)>("steps"),
    fact<MOESTRO_AT(seed)>("seed"),
    fact<MOESTRO_AT(threads)>("threads"),
    fact<MOESTRO_AT(parameters)>("parameters"),
    fact<MOESTRO_AT(active_parameters)>("active_parameters"),
    fact<MOESTRO_AT(config)>("config"),
    fact<MOESTRO_AT(finished)>("finished"),
    fact<MOESTRO_AT(baselines.order2_bits_per_byte)>(
        "baseline/order2_bits_per_byte"),
    fact<MOESTRO_AT(baselines.order3_bits_per_byte)>(
        "baseline/order3_bits_per_byte"),
    fact<MOESTRO_AT(baselines.zstd_bits_per_byte)>(
        "baseline/zstd_bits_per_byte")};
#undef MOESTRO_AT

constexpr std::string_view kLayers = "layers", kDomains = "domains";
// Of version 1: "experts/01", "top_k/01"; "layers" was their number.
constexpr std::string_view kExperts = "experts/", kTopK = "top_k/";
// A damaged number must not become an allocation.
constexpr int64_t kMostLayers = 100'000;

std::string layers_text(const std::vector<LayerFacts>& layers) {
  JsonArray list;
  for (const auto& layer : layers) {
    JsonObject object{{"kind", layer.kind}};
    if (layer.experts > 0) {
      object.emplace_back("experts", layer.experts);
      object.emplace_back("top_k", layer.top_k);
      object.emplace_back("fixed_k", layer.fixed_k);
      object.emplace_back("expert_parameters", layer.expert_parameters);
    }
    if (!layer.device_E.empty()) {
      object.emplace_back(
          "devices",
          std::vector<int64_t>(layer.device_E.begin(), layer.device_E.end()));
    }
    list.emplace_back(std::move(object));
  }
  return dump(list);
}

std::vector<int32_t> devices_of(const Json& layer) {
  std::vector<int32_t> device_E;
  if (const auto devices = layer.find("devices")) {
    for (const auto& device : devices->as_array()) {
      device_E.push_back(static_cast<int32_t>(device.as_int()));
    }
  }
  return device_E;
}

std::vector<LayerFacts> layers_of(const std::string& text) {
  std::vector<LayerFacts> layers;
  const auto json = parse_json(text, "the fact 'layers'");
  for (const auto& object : json.as_array()) {
    const auto number = [&object](std::string_view key) {
      const auto value = object.find(key);
      return value ? value->as_int() : 0;
    };
    const auto fixed = object.find("fixed_k");
    layers.push_back(
        {object.at("kind").as_string(),
         number("experts"),
         number("top_k"),
         !fixed || fixed->as_bool(),
         number("expert_parameters"),
         devices_of(object)});
  }
  return layers;
}

std::vector<std::string> names_of(const std::string& text) {
  std::vector<std::string> names;
  const auto json = parse_json(text, "the fact 'domains'");
  for (const auto& name : json.as_array()) {
    names.push_back(name.as_string());
  }
  return names;
}

void read_old_layer(
    RunFacts& facts, std::string_view key, std::string_view text) {
  const bool experts = key.starts_with(kExperts);
  if (!experts && !key.starts_with(kTopK)) {
    return;
  }
  std::optional<int64_t> layer, value;
  read(layer, key.substr((experts ? kExperts : kTopK).size()));
  read(value, text);
  if (!layer || !value || *layer < 0 || *layer >= kMostLayers) {
    return;
  }
  const auto at = static_cast<size_t>(*layer);
  facts.layers.resize(std::max(facts.layers.size(), at + 1));
  (experts ? facts.layers[at].experts : facts.layers[at].top_k) = *value;
}

void read_old(RunFacts& facts, std::string_view key, std::string_view text) {
  std::optional<int64_t> count;
  if (key == kLayers) {
    read(count, text);
    const auto layers = std::clamp<int64_t>(count.value_or(0), 0, kMostLayers);
    facts.layers.resize(
        std::max(facts.layers.size(), static_cast<size_t>(layers)));
  } else if (key == kDomains) {
    for (const auto name : split(text)) {
      facts.domains.emplace_back(name);
    }
  } else {
    read_old_layer(facts, key, text);
  }
}

void read_new(RunFacts& facts, std::string_view key, const std::string& text) {
  if (key == kLayers) {
    facts.layers = layers_of(text);
  } else if (key == kDomains) {
    facts.domains = names_of(text);
  }
}

}  // namespace

FactTexts texts_of(const RunFacts& facts) {
  FactTexts texts;
  for (const auto& fact : kFacts) {
    if (auto text = fact.text(facts)) {
      texts.emplace_back(fact.key, *std::move(text));
    }
  }
  texts.emplace_back(kLayers, layers_text(facts.layers));
  texts.emplace_back(kDomains, dump(Json(facts.domains)));
  return texts;
}

RunFacts facts_of(const FactTexts& texts, int64_t version) {
  RunFacts facts;
  for (const auto& [key, text] : texts) {
    const auto* const fact = std::ranges::find(kFacts, key, &Fact::key);
    if (fact != std::end(kFacts)) {
      fact->read(facts, text);
    } else if (version < 2) {
      read_old(facts, key, text);
    } else {
      read_new(facts, key, text);
    }
  }
  return facts;
}

}  // namespace moestro
