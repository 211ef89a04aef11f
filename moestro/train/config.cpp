// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/config.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/layers/layer.h"
#include "moestro/layers/recipe.h"

namespace moestro {
namespace {

using T = TrainOptions;
using P = OptimizerOptions;
using M = ModelOptions;
using D = DataOptions;

constexpr Range kCount{1, 1e12};
constexpr Range kWhole{0, 1e12};
constexpr Range kShare{0, 1};
constexpr Range kReal{0, 1e12};

constexpr Param kTrain[] = {
    param<&T::steps>("steps", "optimizer steps", kCount),
    param<&T::batch>("batch", "sequences per step over all ranks", kCount),
    param<&T::micro_batch>(
        "micro_batch", "sequences per forward; 0 = all", kWhole),
    param<&T::seed>("seed", "of every random draw", kWhole),
    param<&T::threads>("threads", "of libtorch; 0 = all cores", {0, 4096}),
    param<&T::checkpoint_every>(
        "checkpoint_every", "steps between checkpoints", kCount),
    param<&T::keep_checkpoints>("keep_checkpoints", "newest kept", kCount),
    param<&T::eval_every>("eval_every", "steps between evaluations", kCount),
    param<&T::eval_windows>(
        "eval_windows", "evaluated sequences of each domain", kCount),
    param<&T::probe_every>(
        "probe_every", "steps between costly measurements", kCount),
    param<&T::max_bad_steps>(
        "max_bad_steps", "skipped steps in a row that stop the run", kCount),
    param<&T::spike_factor>(
        "spike_factor",
        "skip a step whose loss lies this many robust deviations above the "
        "recent median; 0 = never",
        kReal)};

constexpr Param kOptimizer[] = {
    param<&P::lr>("lr", "peak learning rate", kReal),
    param<&P::router_lr_scale>("router_lr_scale", "of the routers", kReal),
    param<&P::expert_lr_scale>("expert_lr_scale", "of the experts", kReal),
    param<&P::weight_decay>("weight_decay", "of the rest", kReal),
    param<&P::router_decay>("router_decay", "weight decay of routers", kReal),
    param<&P::expert_decay>("expert_decay", "weight decay of experts", kReal),
    param<&P::beta1>("beta1", "decay of the first moment", kShare),
    param<&P::beta2>("beta2", "decay of the second moment", kShare),
    param<&P::eps>("eps", "added to the root of the second moment", kReal),
    param<&P::clip>("clip", "largest global gradient norm; 0 = none", kReal),
    param<&P::router_clip>(
        "router_clip", "largest gradient norm of the routers; 0 = none", kReal),
    param<&P::schedule>("schedule", "cosine, constant or wsd"),
    param<&P::warmup>("warmup", "steps of linear warm-up", kWhole),
    param<&P::final_lr_share>(
        "final_lr_share", "of the peak, at the end", kShare),
    param<&P::decay_share>(
        "decay_share", "last part of a wsd run that decays", kShare)};

constexpr Param kModel[] = {
    param<&M::dim>("dim", "width of the residual stream", kCount),
    param<&M::layers>("layers", "blocks", {1, 1000}),
    param<&M::heads>("heads", "attention heads", kCount),
    param<&M::context>("context", "bytes a sequence predicts", kCount),
    param<&M::first_dense>("first_dense", "leading dense blocks", {0, 1000}),
    param<&M::rope_base>("rope_base", "of rotary positions", {1, 1e9})};

constexpr Param kData[] = {
    param<&D::path>("path", "built corpus, or a folder of .txt and .jsonl")};

struct Section {
  std::string_view prefix;
  std::span<const Param> params;
};

constexpr Section kSections[] = {
    {"train.", kTrain},
    {"optimizer.", kOptimizer},
    {"model.", kModel},
    {"data.", kData}};

constexpr std::string_view kMoe = "moe.";
constexpr std::string_view kLayers = "moe.layers.";

// Folds settings, one after the other, into a Config.
class Resolver {
 public:
  Resolver(Config& config, const Registry& registry)
      : config_(config), plain_(plain_keys()), parts_(part_keys(registry)) {}

  void global(const Setting& s) {
    if (s.key.starts_with(kLayers)) {
      overrides_.push_back(s);
      return;
    }
    if (const auto* key = plain(s.key)) {
      store(s, *key);
    } else if (const auto* part = part_key(s.key)) {
      params_.push_back(
          {part->kind,
           part->part,
           part->param,
           typed(s, *part->param, *config_.strings)});
      named_.push_back(s.key);
    } else {
      fail_unknown(s, s.key);
    }
  }

  void layers() {
    LayerSpec spec{config_.moe, params_};
    config_.layers.assign(static_cast<size_t>(config_.model.layers), spec);
    const auto dense =
        std::min(config_.model.first_dense, config_.model.layers);
    for (int64_t l = 0; l < dense; ++l) {
      config_.layers[static_cast<size_t>(l)].moe.layer = "dense";
    }
    for (const auto& s : overrides_) {
      override_layers(s);
    }
  }

  // Parameters that no layer's parts read.
  [[nodiscard]] std::vector<std::string> without_effect() const {
    std::vector<std::string> unused;
    for (const auto& key : named_) {
      const auto* part = part_key(key);
      const auto used = [part](const LayerSpec& spec) {
        return uses(spec.moe, *part);
      };
      if (!std::ranges::any_of(config_.layers, used) &&
          std::ranges::find(unused, key) == unused.end()) {
        unused.push_back(key);
      }
    }
    return unused;
  }

  static bool uses(const MoeOptions& moe, const PartKeyName& part) {
    for (const auto& key : single_part_keys()) {
      if (key.kind == part.kind && moe.*key.field == part.part) {
        return true;
      }
    }
    for (const auto& key : list_part_keys()) {
      const auto names = split(moe.*key.field);
      if (key.kind == part.kind &&
          std::ranges::find(names, part.part) != names.end()) {
        return true;
      }
    }
    return false;
  }

 private:
  [[nodiscard]] const KnownKey* plain(std::string_view key) const {
    const auto found = std::ranges::find(plain_, key, &KnownKey::key);
    return found == plain_.end() ? nullptr : &*found;
  }

  [[nodiscard]] const PartKeyName* part_key(std::string_view key) const {
    const auto found = std::ranges::find(parts_, key, &PartKeyName::key);
    return found == parts_.end() ? nullptr : &*found;
  }

  void* section_of(std::string_view key) {
    if (key.starts_with("train.")) {
      return &config_.train;
    }
    if (key.starts_with("optimizer.")) {
      return &config_.optimizer;
    }
    if (key.starts_with("model.")) {
      return &config_.model;
    }
    return key.starts_with("data.") ? static_cast<void*>(&config_.data)
                                    : static_cast<void*>(&config_.moe);
  }

  void store(const Setting& s, const KnownKey& key) {
    key.param->store(section_of(s.key), typed(s, *key.param, *config_.strings));
  }

  void override_layers(const Setting& s) {
    const auto rest = std::string_view(s.key).substr(kLayers.size());
    const auto dot = rest.find('.');
    const auto range = parse_range(rest.substr(0, dot), config_.model.layers);
    if (!range || dot == std::string_view::npos) {
      fail_configuration(
          s.origin.text() + ": '" + std::string(rest.substr(0, dot)) +
          "' is no range of layers within 0-" +
          std::to_string(config_.model.layers - 1));
    }
    const auto key = std::string(kMoe) + std::string(rest.substr(dot + 1));
    if (key == "moe.recipe") {
      fail_configuration(
          s.origin.text() + ": a layer cannot change moe.recipe");
    }
    for (const auto l : *range) {
      apply(s, key, config_.layers[static_cast<size_t>(l)]);
    }
    if (part_key(key) != nullptr) {
      named_.push_back(key);
    }
  }

  void apply(const Setting& s, const std::string& key, LayerSpec& spec) {
    if (const auto* known = plain(key); known && key.starts_with(kMoe)) {
      known->param->store(&spec.moe, typed(s, *known->param, *config_.strings));
    } else if (const auto* part = part_key(key)) {
      spec.params.push_back(
          {part->kind,
           part->part,
           part->param,
           typed(s, *part->param, *config_.strings)});
    } else {
      fail_unknown(s, key);
    }
  }

  [[noreturn]] void fail_unknown(const Setting& s, std::string_view key) {
    std::vector<std::string_view> known;
    for (const auto& k : plain_) {
      known.push_back(k.key);
    }
    for (const auto& k : parts_) {
      known.push_back(k.key);
    }
    const auto near = closest(key, known);
    fail_configuration(
        s.origin.text() + ": unknown key '" + s.key + "'" +
        (near ? "; did you mean '" + std::string(*near) + "'?"
              : "; `moestro methods --json` lists every key"));
  }

  Config& config_;
  std::vector<KnownKey> plain_;
  std::vector<PartKeyName> parts_;
  std::vector<PartParam> params_;
  std::vector<std::string> named_;
  std::vector<Setting> overrides_;
};

std::string last_recipe(const std::vector<Setting>& user) {
  std::string name(MoeOptions{}.recipe);
  for (const auto& s : user) {
    if (s.key != "moe.recipe") {
      continue;
    }
    if (!std::holds_alternative<std::string>(s.value)) {
      fail_configuration(s.origin.text() + ": 'moe.recipe' takes string");
    }
    name = std::get<std::string>(s.value);
  }
  return name;
}

void check_divides(
    std::string_view small, int64_t a, std::string_view large, int64_t b) {
  if (a < 1 || b % a != 0) {
    fail_configuration(
        std::string(small) + " = " + std::to_string(a) + " does not divide " +
        std::string(large) + " = " + std::to_string(b));
  }
}

void check(const Config& c) {
  check_divides("model.heads", c.model.heads, "model.dim", c.model.dim);
  if (c.model.dim / c.model.heads % 2 != 0) {
    fail_configuration(
        "model.dim / model.heads must be even for rotary positions");
  }
  if (c.train.micro_batch > 0) {
    check_divides(
        "train.micro_batch", c.train.micro_batch, "train.batch", c.train.batch);
  }
  constexpr std::string_view kSchedules[] = {"cosine", "constant", "wsd"};
  if (std::ranges::find(kSchedules, c.optimizer.schedule) ==
      std::end(kSchedules)) {
    fail_configuration(
        "optimizer.schedule: no schedule is called '" +
        std::string(c.optimizer.schedule) + "'" +
        did_you_mean(c.optimizer.schedule, kSchedules));
  }
}

void check_layers(const Config& c, const Registry& registry) {
  for (size_t l = 0; l < c.layers.size(); ++l) {
    PartSite site{
        .model_dim = c.model.dim,
        .layer = static_cast<int32_t>(l),
        .num_layers = static_cast<int32_t>(c.layers.size())};
    check_fit(registry, c.layers[l], static_cast<int64_t>(l), site);
  }
}

std::string lines_of(std::span<const Param> params, const void* options) {
  std::string out;
  for (const auto& p : params) {
    out += std::string(p.name) + " = " + toml_text(p.load(options), p.shape) +
           "\n";
  }
  return out;
}

// The value that a part would get: its default, or the last one given.
std::string used_params(const LayerSpec& spec, const Registry& registry) {
  std::string out;
  for (const auto& key : part_keys(registry)) {
    if (!Resolver::uses(spec.moe, key)) {
      continue;
    }
    auto value = key.param->preset;
    for (const auto& [param, given] : spec.given(key.kind, key.part)) {
      value = param == key.param ? given : value;
    }
    // moe.layer is a name already, so that moe.layer.smear.x is no table of
    // TOML: a quoted key stands for itself.
    const auto name = key.key.substr(kMoe.size());
    const auto named = [&key](const PartKey& k) { return k.key == key.kind; };
    out += (std::ranges::any_of(single_part_keys(), named) ? '"' + name + '"'
                                                           : name) +
           " = " + toml_text(value, key.param->shape) + "\n";
  }
  return out;
}

}  // namespace

std::vector<KnownKey> plain_keys() {
  std::vector<KnownKey> keys;
  for (const auto& section : kSections) {
    for (const auto& p : section.params) {
      keys.push_back({std::string(section.prefix) + std::string(p.name), &p});
    }
  }
  for (const auto& p : moe_params()) {
    keys.push_back({std::string(kMoe) + std::string(p.name), &p});
  }
  return keys;
}

std::vector<PartKeyName> part_keys(const Registry& registry) {
  std::vector<PartKeyName> keys;
  for (const auto& entry : registry.entries()) {
    for (const auto& p : entry.info->params) {
      const auto key = std::string(kMoe) + std::string(entry.kind) + "." +
                       std::string(entry.info->name) + "." +
                       std::string(p.name);
      keys.push_back({key, entry.kind, entry.info->name, &p});
    }
  }
  return keys;
}

Config resolve(const std::vector<Setting>& user, const Registry& registry) {
  Config config;
  config.strings = std::make_shared<StringPool>();
  const auto recipe = recipe_called(last_recipe(user));
  Resolver resolver(config, registry);
  for (const auto& s : recipe.settings) {
    resolver.global(s);
  }
  for (const auto& s : user) {
    resolver.global(s);
  }
  config.moe.recipe = config.strings->keep(recipe.name);
  resolver.layers();
  check(config);
  check_layers(config, registry);
  config.notes = resolver.without_effect();
  return config;
}

std::string Config::toml(const Registry& registry) const {
  std::string out = "# The resolved configuration of a moestro run.\n";
  const void* const sections[] = {&train, &optimizer, &model, &data};
  for (size_t i = 0; i < std::size(kSections); ++i) {
    const auto name = kSections[i].prefix;
    out += "\n[" + std::string(name.substr(0, name.size() - 1)) + "]\n" +
           lines_of(kSections[i].params, sections[i]);
  }
  out += "\n[moe]\n" + lines_of(moe_params(), &moe);
  for (size_t l = 0; l < layers.size(); ++l) {
    out += "\n[[moe.layers]]\nrange = \"" + std::to_string(l) + "\"\n" +
           lines_of(moe_params().subspan(1), &layers[l].moe) +
           used_params(layers[l], registry);
  }
  return out;
}

}  // namespace moestro
