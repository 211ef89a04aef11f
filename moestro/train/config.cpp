// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/config.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/layers/layer.h"
#include "moestro/layers/part_keys.h"

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
    param<&T::eval_every>(
        "eval_every", "steps between evaluations; 0 = never", kWhole),
    param<&T::eval_windows>(
        "eval_windows", "evaluated sequences of each domain", kCount),
    param<&T::probe_every>(
        "probe_every", "steps between costly measurements; 0 = never", kWhole),
    param<&T::max_bad_steps>(
        "max_bad_steps", "skipped steps in a row that stop the run", kCount),
    param<&T::spike_factor>(
        "spike_factor",
        "skip a step whose loss lies this many robust deviations above the "
        "recent median; 0 = never",
        kReal),
    param<&T::device>("device", "where the model lives and learns")
        .with({.choices = "cpu,cuda"})};

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
    param<&P::schedule>("schedule", "of the learning rate after the warm-up")
        .with({.choices = "cosine,constant,wsd"}),
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
    {"data.", kData},
    {"alarms.", kWatchParams},
    {"conductor.", kConductorParams}};

constexpr std::string_view kMoe = "moe.";

void* section_of(Config& config, std::string_view key) {
  if (key.starts_with("train.")) {
    return &config.train;
  }
  if (key.starts_with("optimizer.")) {
    return &config.optimizer;
  }
  if (key.starts_with("alarms.")) {
    return &config.alarms;
  }
  if (key.starts_with("conductor.")) {
    return &config.conductor;
  }
  return key.starts_with("model.") ? static_cast<void*>(&config.model)
                                   : static_cast<void*>(&config.data);
}

[[noreturn]] void fail_unknown(const Setting& s, const Registry& registry) {
  std::vector<std::string> words;
  for (const auto& known : plain_keys()) {
    words.push_back(known.key);
  }
  for (const auto& known : part_param_keys(registry)) {
    words.push_back(known.key);
  }
  fail_unknown_key(s, s.key, words);
}

// Everything but moe.*.
void fold_sections(
    Config& config,
    const std::vector<Setting>& user,
    const Registry& registry) {
  const auto known = section_keys();
  for (const auto& s : user) {
    if (s.key.starts_with(kMoe)) {
      continue;
    }
    const auto found = std::ranges::find(known, s.key, &KnownKey::key);
    if (found == known.end()) {
      fail_unknown(s, registry);
    }
    found->param->store(
        section_of(config, s.key), typed(s, *found->param, *config.strings));
  }
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
}

void check_layers(const Config& c, const Registry& registry) {
  for (size_t l = 0; l < c.layers.size(); ++l) {
    const PartSite site{
        .model_dim = c.model.dim,
        .vocabulary = kVocabulary,
        .layer = static_cast<int32_t>(l),
        .num_layers = static_cast<int32_t>(c.layers.size()),
        .provided = {Trait::kTokenIds}};
    check_fit(registry, c.layers[l], site_of(c.layers[l], site));
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

// What works otherwise than a reader of the file would think.
std::vector<std::string> notes_on(const Config& c, const MoeConfig& moe) {
  std::vector<std::string> notes;
  for (const auto& key : moe.notes) {
    notes.push_back(key + " has no effect: no layer uses that part");
  }
  if (c.optimizer.warmup > c.train.steps) {
    notes.push_back(
        "optimizer.warmup = " + std::to_string(c.optimizer.warmup) +
        " is cut to train.steps = " + std::to_string(c.train.steps));
  }
  return notes;
}

}  // namespace

std::vector<KnownKey> section_keys() {
  std::vector<KnownKey> keys;
  for (const auto& section : kSections) {
    for (const auto& p : section.params) {
      keys.push_back({std::string(section.prefix) + std::string(p.name), &p});
    }
  }
  return keys;
}

std::vector<KnownKey> plain_keys() {
  auto keys = section_keys();
  for (const auto& p : moe_params()) {
    keys.push_back({std::string(kMoe) + std::string(p.name), &p});
  }
  return keys;
}

Config resolve(const std::vector<Setting>& user, const Registry& registry) {
  Config config;
  config.strings = std::make_shared<StringPool>();
  fold_sections(config, user, registry);
  check(config);
  auto moe = resolve_moe(
      user,
      {.layers = config.model.layers, .first_dense = config.model.first_dense},
      registry);
  config.moe = moe.moe;
  config.common = std::move(moe.common);
  config.layers = std::move(moe.layers);
  config.layer_strings = moe.strings;
  config.notes = notes_on(config, moe);
  check_layers(config, registry);
  return config;
}

std::string Config::toml(const Registry& registry) const {
  std::string out = "# The resolved configuration of a moestro run.\n";
  const void* const sections[] = {
      &train, &optimizer, &model, &data, &alarms, &conductor};
  for (size_t i = 0; i < std::size(kSections); ++i) {
    const auto name = kSections[i].prefix;
    out += "\n[" + std::string(name.substr(0, name.size() - 1)) + "]\n" +
           lines_of(kSections[i].params, sections[i]);
  }
  out += "\n[moe]\nrecipe = " + toml_text(Value(moe.recipe), Shape::kOne) +
         "\n" + toml_lines(common, registry);
  for (size_t l = 0; l < layers.size(); ++l) {
    out += "\n[[moe.layers]]\nrange = \"" + std::to_string(l) + "\"\n" +
           toml_lines(layers[l], registry);
  }
  return out;
}

}  // namespace moestro
