// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/state.h"

#include "moestro/base/error.h"
#include "moestro/record/durable.h"
#include "moestro/train/tensor_file.h"

namespace moestro {
namespace {

// The sign of the selection bias is part of the format (case R39).
constexpr std::pair<std::string_view, std::string_view> kConventions[] = {
    {"bias", "added to the score"}, {"version", "1"}};

std::vector<std::pair<std::string, std::string>> conventions() {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [key, value] : kConventions) {
    all.emplace_back(key, value);
  }
  return all;
}

TensorWalk walk_of(Part& part) {
  return [&part](const TensorVisitor& visit) { part.tensors(visit); };
}

// Names of numbers: every knob, controller state and guard memory of the run.
using NumberVisitor =
    std::function<void(const std::string& name, std::vector<double>& value)>;

void visit_scalar(
    const NumberVisitor& visit, const std::string& name, double& value) {
  std::vector<double> one = {value};
  visit(name, one);
  value = one.at(0);
}

void visit_knobs(
    const NumberVisitor& visit, const std::string& name, Knobs& knobs) {
  std::vector<double> bias(knobs.bias.begin(), knobs.bias.end());
  visit(name + "bias", bias);
  knobs.bias.assign(bias.begin(), bias.end());
  auto k = static_cast<double>(knobs.k);
  visit_scalar(visit, name + "k", k);
  knobs.k = static_cast<int64_t>(k);
  visit_scalar(visit, name + "temperature", knobs.temperature);
  visit_scalar(visit, name + "noise", knobs.noise);
  visit_scalar(visit, name + "capacity", knobs.capacity);
  visit(name + "loss_weight", knobs.loss_weight);
}

void visit_numbers(TrainState& s, const NumberVisitor& visit) {
  for (size_t l = 0; l < s.layers.size(); ++l) {
    for (auto& routing : s.layers.routings(l)) {
      const auto name = "knobs." + std::to_string(l) + "." +
                        (routing.name.empty() ? "" : routing.name + ".");
      visit_knobs(visit, name, routing.knobs);
    }
  }
  visit_scalar(visit, "run.router_lr_scale", s.run_knobs.router_lr_scale);
  visit_scalar(visit, "run.router_clip", s.run_knobs.router_clip);
  visit_scalar(visit, "guard.bad_in_a_row", s.guard.bad_in_a_row);
  visit("guard.recent", s.guard.recent);
  s.balancer.state(
      [&visit](std::string_view name, std::vector<double>& value) {
        visit("controller." + std::string(name), value);
      });
}

TensorList number_tensors(TrainState& state) {
  TensorList all;
  visit_numbers(state, [&](const std::string& name, std::vector<double>& v) {
    all.emplace_back(name, at::tensor(at::ArrayRef<double>(v), at::kDouble));
  });
  return all;
}

std::vector<double> numbers_in(
    const SafetensorsFile& file, const std::string& name) {
  const auto* entry = file.find(name);
  if (entry == nullptr || entry->dtype != Dtype::kF64) {
    fail_data(
        "the checkpoint lacks the state '" + name +
        "'; it belongs to another configuration");
  }
  const auto tensor = tensor_of(file, *entry);
  const auto* begin = tensor.const_data_ptr<double>();
  return {begin, begin + tensor.numel()};
}

int64_t whole(const Json& manifest, std::string_view key) {
  const auto* value = manifest.find(key);
  if (value == nullptr || !std::holds_alternative<int64_t>(value->data())) {
    fail_data("the checkpoint's manifest lacks '" + std::string(key) + "'");
  }
  return value->as_int();
}

}  // namespace

TrainState::TrainState(const Config& config, const Registry& registry)
    : site{
          .model_dim = config.model.dim,
          .vocabulary = Transformer::kVocabulary,
          .seed = static_cast<uint64_t>(config.train.seed)},
      layers(registry, config.layers, site),
      balancer(registry, layers, site, config.train.steps),
      model(config.model, layers, site.seed),
      optimizer(config.optimizer, model) {
  run_knobs.router_clip = config.optimizer.router_clip;
}

std::vector<CheckpointFile> TrainState::save() {
  return {
      {"model.safetensors",
       encode_tensors(list_tensors(walk_of(model)), conventions())},
      {"optimizer.safetensors",
       encode_tensors(
           list_tensors(
               [this](const TensorVisitor& v) { optimizer.tensors(v); }),
           {})},
      {"state.safetensors",
       encode_tensors(number_tensors(*this), conventions())}};
}

Json TrainState::facts(const std::string& config_toml) const {
  Json facts;
  facts.set("step", step)
      .set("cursor", cursor)
      .set("config_xxh3", config_hash(config_toml));
  return facts;
}

void TrainState::load(const Checkpoint& checkpoint) {
  load_tensors(
      walk_of(model),
      checkpoint.file("model.safetensors"),
      "model.safetensors");
  load_tensors(
      [this](const TensorVisitor& v) { optimizer.tensors(v); },
      checkpoint.file("optimizer.safetensors"),
      "optimizer.safetensors");
  const auto& numbers = checkpoint.file("state.safetensors");
  visit_numbers(*this, [&](const std::string& name, std::vector<double>& v) {
    v = numbers_in(numbers, name);
  });
  step = whole(checkpoint.manifest, "step");
  cursor = whole(checkpoint.manifest, "cursor");
}

std::string config_hash(const std::string& config_toml) {
  return hash_hex(std::as_bytes(std::span(config_toml)));
}

}  // namespace moestro
