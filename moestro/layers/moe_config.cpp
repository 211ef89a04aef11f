// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/moe_config.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/layers/part_keys.h"
#include "moestro/layers/recipe.h"

namespace moestro {
namespace {

constexpr std::string_view kMoe = "moe.";
constexpr std::string_view kLayers = "moe.layers.";
constexpr std::string_view kCommandLine = "--set";

// One setting on its way into a layer: the key is that of a global one.
struct Item {
  const Setting* setting;
  std::string key;
  std::string source;  // settings of one source are read together
};

std::string_view after(std::string_view text, std::string_view prefix) {
  return text.substr(prefix.size());
}

// "moe.select" and "moe.select.part" choose a part.
const PartKey* chooses(std::string_view key) {
  auto word = after(key, kMoe);
  if (word.ends_with(".part")) {
    word.remove_suffix(5);
  }
  return single_part_key(word);
}

struct Keys {
  explicit Keys(const Registry& r) : registry(r), params(part_param_keys(r)) {}

  // A key of MoeOptions, by its own name or an alias.
  [[nodiscard]] static const Param* plain(std::string_view key) {
    for (const auto& p : moe_params()) {
      if (after(key, kMoe) == p.name || is_alias(p, key)) {
        return &p;
      }
    }
    return nullptr;
  }

  // The keys that this one stands for; itself unless it is an alias.
  [[nodiscard]] std::set<std::string> meant(const std::string& key) const {
    std::set<std::string> all = {key};
    if (const auto* kind = chooses(key)) {
      all.insert(std::string(kMoe) + std::string(kind->key));
    } else if (const auto* p = plain(key)) {
      all.insert(std::string(kMoe) + std::string(p->name));
    }
    for (const auto& p : params) {
      if (is_alias(*p.param, key)) {
        all.insert(p.key);
      }
    }
    return all;
  }

  const Registry& registry;
  std::vector<PartParamKey> params;
};

[[noreturn]] void fail_unknown(const Item& item, const Keys& keys) {
  std::vector<std::string> words;
  for (const auto& p : moe_params()) {
    words.push_back(std::string(kMoe) + std::string(p.name));
  }
  for (const auto& p : keys.params) {
    words.push_back(p.key);
    for (const auto alias : split(p.param->aliases)) {
      words.emplace_back(alias);
    }
  }
  fail_unknown_key(*item.setting, item.key, words);
}

// Folds the settings of one layer, in their order.
class Fold {
 public:
  Fold(const Keys& keys, StringPool& pool) : keys_(keys), pool_(pool) {}

  LayerSpec run(std::span<const Item> items) {
    for (size_t begin = 0; begin < items.size();) {
      auto end = begin + 1;
      while (end < items.size() && items[end].source == items[begin].source) {
        ++end;
      }
      read_source(items.subspan(begin, end - begin));
      begin = end;
    }
    for (const auto& asked : asked_) {
      apply(asked);
    }
    return std::move(spec_);
  }

  // Settings that reached a part of this layer.
  [[nodiscard]] const std::set<const Setting*>& effective() const {
    return effective_;
  }

 private:
  // A parameter, and the part that it was about ("" = an alias: any).
  struct Asked {
    const Item* item;
    std::string_view kind, part;
  };

  void read_source(std::span<const Item> items) {
    for (const auto& item : items) {
      if (const auto* key = chooses(item.key)) {
        choose(item, *key);
      }
    }
    for (const auto& item : items) {
      if (chooses(item.key) == nullptr) {
        read(item);
      }
    }
  }

  void choose(const Item& item, const PartKey& key) {
    const auto* param = Keys::plain(std::string(kMoe) + std::string(key.key));
    param->store(&spec_.moe, typed(*item.setting, *param, pool_));
    const auto name = spec_.moe.*key.field;
    if (keys_.registry.lookup(key.kind, name) == nullptr) {
      fail_configuration(
          item.setting->origin.text() + ": no " + std::string(key.kind) +
              " is called '" + std::string(name) + "'" +
              did_you_mean(name, keys_.registry.names(key.kind)),
          item.setting->key);
    }
    effective_.insert(item.setting);
  }

  void read(const Item& item) {
    const auto word = after(item.key, kMoe);
    const auto first = word.substr(0, word.find('.'));
    const auto* single = first == word ? nullptr : single_part_key(first);
    const auto* param = Keys::plain(item.key);
    if (param != nullptr) {
      param->store(&spec_.moe, typed(*item.setting, *param, pool_));
      effective_.insert(item.setting);
    } else if (known_alias(item.key)) {
      asked_.push_back({&item, "", ""});
    } else if (single != nullptr) {
      const auto part = spec_.moe.*single->field;
      asked_.push_back({&item, single->kind, part});
      require_param(asked_.back());
    } else if (const auto* listed = list_param(item.key)) {
      asked_.push_back({&item, listed->kind, listed->part});
    } else {
      fail_unknown(item, keys_);
    }
  }

  [[nodiscard]] bool known_alias(const std::string& key) const {
    return std::ranges::any_of(keys_.params, [&key](const PartParamKey& p) {
      return is_alias(*p.param, key);
    });
  }

  [[nodiscard]] const PartParamKey* list_param(const std::string& key) const {
    const auto found = std::ranges::find(keys_.params, key, &PartParamKey::key);
    return found == keys_.params.end() ? nullptr : &*found;
  }

  [[nodiscard]] const PartParamKey* find(const Asked& asked) const {
    for (const auto& p : keys_.params) {
      if (p.kind == asked.kind && p.part == asked.part &&
          p.key == asked.item->key) {
        return &p;
      }
    }
    return nullptr;
  }

  void require_param(const Asked& asked) const {
    if (find(asked) != nullptr) {
      return;
    }
    const auto& info = *keys_.registry.expect(asked.kind, asked.part).info;
    std::vector<std::string_view> names;
    for (const auto& p : info.params) {
      names.push_back(p.name);
    }
    const auto& key = asked.item->key;
    const auto name = std::string_view(key).substr(key.rfind('.') + 1);
    const auto& setting = *asked.item->setting;
    fail_configuration(
        setting.origin.text() + ": '" + setting.key +
            "': " + std::string(asked.kind) + " '" + std::string(asked.part) +
            "' has no parameter '" + std::string(name) + "'" +
            (names.empty() ? "; it has none" : did_you_mean(name, names)),
        setting.key);
  }

  void apply(const Asked& asked) {
    for (const auto& p : keys_.params) {
      const bool meant = asked.kind.empty()
                             ? is_alias(*p.param, asked.item->key)
                             : p.kind == asked.kind && p.part == asked.part &&
                                   p.key == asked.item->key;
      if (meant) {
        give(*asked.item, p);
      }
    }
  }

  // The value is checked also where no part of the layer reads it.
  void give(const Item& item, const PartParamKey& p) {
    const auto value = typed(*item.setting, *p.param, pool_);
    if (uses(spec_.moe, p.kind, p.part)) {
      spec_.params.push_back({p.kind, p.part, p.param, value});
      effective_.insert(item.setting);
    }
  }

  const Keys& keys_;
  StringPool& pool_;
  LayerSpec spec_;
  std::vector<Asked> asked_;
  std::set<const Setting*> effective_;
};

// One [[moe.layers]] setting: where it goes, and its key as a global one.
struct Override {
  std::vector<int64_t> layers;
  Item item;
};

Override override_of(const Setting& s, int64_t num_layers) {
  const auto rest = after(s.key, kLayers);
  const auto dot = rest.find('.');
  const auto text = rest.substr(0, dot);
  const auto range = parse_range(text, num_layers);
  if (!range) {
    fail_configuration(
        s.origin.text() + ": '" + std::string(text) +
            "' is no range of layers within 0-" +
            std::to_string(num_layers - 1),
        s.key);
  }
  if (dot == std::string_view::npos) {
    fail_configuration(
        s.origin.text() + ": [[moe.layers]] with range = \"" +
            std::string(text) + "\" sets no key",
        s.key);
  }
  const auto key = std::string(kMoe) + std::string(rest.substr(dot + 1));
  if (key == "moe.recipe") {
    fail_configuration(
        s.origin.text() + ": a layer cannot change moe.recipe", s.key);
  }
  return {*range, {&s, key, s.origin.file + "\n" + std::string(text)}};
}

// Sorts settings into those of all layers and those of some.
class Resolver {
 public:
  Resolver(
      const std::vector<Setting>& settings,
      const MoeShape& shape,
      const Registry& registry)
      : keys_(registry), shape_(shape) {
    for (const auto& s : settings) {
      if (s.key.starts_with(kLayers)) {
        overrides_.push_back(override_of(s, shape.layers));
      } else if (s.key.starts_with(kMoe)) {
        globals_.push_back({&s, s.key, s.origin.file});
      }
    }
  }

  void run(MoeConfig& config) {
    refuse_hidden();
    config.common = fold(globals_, *config.strings);
    config.moe = config.common.moe;
    for (int64_t l = 0; l < shape_.layers; ++l) {
      config.layers.push_back(fold(items_of(l), *config.strings));
    }
    config.notes = without_effect();
  }

 private:
  LayerSpec fold(std::span<const Item> items, StringPool& pool) {
    Fold one(keys_, pool);
    auto spec = one.run(items);
    effective_.insert(one.effective().begin(), one.effective().end());
    return spec;
  }

  [[nodiscard]] std::vector<Item> items_of(int64_t layer) const {
    auto items = globals_;
    if (layer < shape_.first_dense) {
      static const Setting kDense{
          "moe.layer", std::string("dense"), {.file = "model.first_dense"}};
      items.push_back({&kDense, kDense.key, kDense.origin.file});
    }
    for (const auto& one : overrides_) {
      if (std::ranges::find(one.layers, layer) != one.layers.end()) {
        items.push_back(one.item);
      }
    }
    return items;
  }

  [[nodiscard]] bool hidden(const std::string& key, int64_t layer) const {
    const auto meant = keys_.meant(key);
    return std::ranges::any_of(overrides_, [&](const Override& one) {
      const auto theirs = keys_.meant(one.item.key);
      return std::ranges::find(one.layers, layer) != one.layers.end() &&
             std::ranges::any_of(
                 theirs, [&](const auto& k) { return meant.contains(k); });
    });
  }

  [[nodiscard]] bool hidden_everywhere(const std::string& key) const {
    for (int64_t l = 0; l < shape_.layers; ++l) {
      if (!hidden(key, l)) {
        return false;
      }
    }
    return !overrides_.empty();
  }

  // A --set that every layer overrides would change nothing, in silence.
  void refuse_hidden() const {
    for (const auto& item : globals_) {
      if (item.source != kCommandLine) {
        continue;
      }
      if (item.key == "moe.recipe" ? recipe_hidden(*item.setting)
                                   : hidden_everywhere(item.key)) {
        const auto all = "moe.layers.0-" + std::to_string(shape_.layers - 1);
        fail_configuration(
            "--set " + item.key +
                " changes nothing: [[moe.layers]] sets it in every layer; " +
                (item.key == "moe.recipe"
                     ? "take a file without [[moe.layers]]"
                     : "set " + all + "." + std::string(after(item.key, kMoe))),
            item.key);
      }
    }
  }

  [[nodiscard]] bool recipe_hidden(const Setting& s) const {
    const auto* name = std::get_if<std::string>(&s.value);
    const auto recipe = recipe_called(name == nullptr ? "" : *name);
    return !recipe.settings.empty() &&
           std::ranges::all_of(recipe.settings, [this](const Setting& inner) {
             // A parameter of a list's part goes where the list goes.
             const auto word = after(inner.key, kMoe);
             return list_part_key(word.substr(0, word.find('.'))) != nullptr ||
                    hidden_everywhere(inner.key);
           });
  }

  [[nodiscard]] std::vector<std::string> without_effect() const {
    std::vector<std::string> keys;
    const auto note = [&](const Item& item) {
      const bool recipe = item.setting->origin.file.starts_with("recipe ");
      if (!recipe && !effective_.contains(item.setting) &&
          std::ranges::find(keys, item.key) == keys.end()) {
        keys.push_back(item.key);
      }
    };
    std::ranges::for_each(globals_, note);
    for (const auto& one : overrides_) {
      note(one.item);
    }
    return keys;
  }

  Keys keys_;
  MoeShape shape_;
  std::vector<Item> globals_;
  std::vector<Override> overrides_;
  std::set<const Setting*> effective_;
};

std::string last_recipe(const std::vector<Setting>& user) {
  std::string name(MoeOptions{}.recipe);
  for (const auto& s : user) {
    if (s.key != "moe.recipe") {
      continue;
    }
    if (!std::holds_alternative<std::string>(s.value)) {
      fail_configuration(
          s.origin.text() + ": 'moe.recipe' takes string", s.key);
    }
    name = std::get<std::string>(s.value);
  }
  return name;
}

// The value that a part would get: its default, or the last one given.
Value value_of(const LayerSpec& spec, const PartParamKey& key) {
  auto value = key.param->preset;
  for (const auto& [param, given] : spec.given(key.kind, key.part)) {
    value = param == key.param ? given : value;
  }
  return value;
}

std::string inline_table(
    const LayerSpec& spec,
    const PartKey& key,
    const std::vector<PartParamKey>& params) {
  const auto part = spec.moe.*key.field;
  auto text = "{ part = " + toml_text(Value(part), Shape::kOne);
  for (const auto& p : params) {
    if (p.kind == key.kind && p.part == part) {
      text += ", " + std::string(p.param->name) + " = " +
              toml_text(value_of(spec, p), p.param->shape);
    }
  }
  return text + " }";
}

}  // namespace

MoeConfig resolve_moe(
    const std::vector<Setting>& user,
    const MoeShape& shape,
    const Registry& registry) {
  MoeConfig config;
  config.strings = std::make_shared<StringPool>();
  const auto recipe = recipe_called(last_recipe(user));
  auto settings = recipe.settings;
  settings.insert(settings.end(), user.begin(), user.end());
  Resolver(settings, shape, registry).run(config);
  return config;
}

std::string toml_lines(const LayerSpec& spec, const Registry& registry) {
  const auto params = part_param_keys(registry);
  std::string out;
  for (const auto& p : moe_params()) {
    const auto* single = single_part_key(p.name);
    if (p.name == "recipe") {
      continue;
    }
    out += std::string(p.name) + " = " +
           (single != nullptr ? inline_table(spec, *single, params)
                              : toml_text(p.load(&spec.moe), p.shape)) +
           "\n";
  }
  for (const auto& p : params) {
    if (list_part_key(p.kind) != nullptr && uses(spec.moe, p.kind, p.part)) {
      out += std::string(after(p.key, kMoe)) + " = " +
             toml_text(value_of(spec, p), p.param->shape) + "\n";
    }
  }
  return out;
}

}  // namespace moestro
