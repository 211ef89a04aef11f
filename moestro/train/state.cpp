// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/state.h"

#include <algorithm>

#include <ATen/Context.h>
#include <ATen/ops/full.h>

#include "moestro/base/error.h"
#include "moestro/ops/tensor_file.h"
#include "moestro/train/bits.h"

namespace moestro {
namespace {

TensorWalk walk_of(Part& part) {
  return [&part](const TensorVisitor& visit) { part.tensors(visit); };
}

void visit_numbers(TrainState& s, const NumberVisitor& visit) {
  s.balancer.numbers(visit);
  visit_number(visit, "run.router_lr_scale", s.run_knobs.router_lr_scale);
  visit_number(visit, "run.router_clip", s.run_knobs.router_clip);
  visit_number(visit, "guard.bad_in_a_row", s.guard.bad_in_a_row);
  visit("guard.recent", s.guard.recent);
}

void visit_lr_scale(TrainState& s, const NumberVisitor& visit) {
  visit_number(visit, "run.lr_scale", s.run_knobs.lr_scale);
}

constexpr auto kConductor = "conductor.safetensors";
constexpr std::string_view kKept = "kept.", kRule = "rule.";

// Where nobody conducts there is no such file.
std::vector<CheckpointFile> conducted_file(const TrainState& s) {
  const auto& rules = s.balancer.conducted();
  if (s.conducted.memory.empty() && rules.empty()) {
    return {};
  }
  TensorList tensors;
  for (const auto& [layer, rule] : rules) {
    const auto name = std::to_string(layer) + "." + rule.controller;
    tensors.emplace_back(
        std::string(kRule) + name, at::full({1}, rule.rate, at::kDouble));
  }
  for (const auto& [name, value] : s.conducted.kept) {
    tensors.emplace_back(std::string(kKept) + name, value);
  }
  const std::pair<std::string, std::string> memory{
      "memory", s.conducted.memory};
  return {{kConductor, encode_tensors(tensors, {&memory, 1})}};
}

void add_rule(
    Controllers::Conducted& rules, std::string_view name, const Tensor& rate) {
  const auto dot = name.find('.');
  const auto layer = std::stoull(std::string(name.substr(0, dot)));
  rules[layer] = {std::string(name.substr(dot + 1)), rate.item<double>()};
}

// Controllers stand in their places before their numbers are read.
void load_conducted(TrainState& s, const Checkpoint& checkpoint) {
  s.conducted = {};
  Controllers::Conducted rules;
  for (const auto& [name, file] : checkpoint.files) {
    if (name != kConductor) {
      continue;
    }
    for (const auto& entry : file.entries) {
      const std::string_view tensor = entry.name;
      if (tensor.starts_with(kRule)) {
        add_rule(rules, tensor.substr(kRule.size()), tensor_of(file, entry));
      } else if (tensor.starts_with(kKept)) {
        s.conducted.kept.emplace_back(
            tensor.substr(kKept.size()), tensor_of(file, entry));
      }
    }
    for (const auto& [key, text] : file.metadata) {
      s.conducted.memory = key == "memory" ? text : s.conducted.memory;
    }
  }
  s.balancer.conduct(rules);
}

// The routings that probes compare stand in the memory from the start.
void prepare(ProbeMemory& memory, Stack& layers) {
  for (size_t l = 0; l < layers.size(); ++l) {
    for (const auto& routing : layers.routings(l)) {
      if (layers.routes(l)) {
        memory.routings[{static_cast<int32_t>(l), routing.name}];
      }
    }
  }
}

// Initial values are drawn on the host, so that they are the same everywhere.
Part& on_device(Part& model, std::string_view name) {
  if (name == "cpu") {
    return model;
  }
  if (!at::globalContext().hasCUDA()) {
    fail_configuration(
        "train.device = \"cuda\": this libtorch sees no CUDA device; leave it "
        "at \"cpu\"",
        "train.device");
  }
  move_tensors(model, at::kCUDA);
  return model;
}

}  // namespace

TrainState::TrainState(const Config& config, const Registry& registry)
    : site{
          .model_dim = config.model.dim,
          .vocabulary = kVocabulary,
          .seed = static_cast<uint64_t>(config.train.seed)},
      layers(registry, config.layers, site),
      balancer(registry, layers, site, config.train.steps),
      model(config.model, layers, site.seed),
      optimizer(config.optimizer, on_device(model, config.train.device)) {
  prepare(probes, layers);
  run_knobs.router_clip = config.optimizer.router_clip;
  place = config.train.device == "cuda" ? at::kCUDA : at::kCPU;
}

std::vector<CheckpointFile> TrainState::save() {
  std::vector<CheckpointFile> files = {
      {"model.safetensors",
       encode_tensors(list_tensors(walk_of(model)), state_conventions())},
      {"optimizer.safetensors",
       encode_tensors(
           list_tensors(
               [this](const TensorVisitor& v) { optimizer.tensors(v); }),
           {})},
      {"state.safetensors",
       encode_tensors(
           number_tensors([this](const NumberVisitor& visit) {
             visit_numbers(*this, visit);
             visit_lr_scale(*this, visit);
             probes.numbers(visit);
           }),
           state_conventions())}};
  std::ranges::move(conducted_file(*this), std::back_inserter(files));
  return files;
}

CheckpointFacts TrainState::facts(const std::string& config_toml) const {
  return {
      .step = step,
      .cursor = cursor,
      .evaluation_due = evaluation_due,
      .config = config_toml,
      .bits = bits_here()};
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
  load_conducted(*this, checkpoint);
  const auto& numbers = checkpoint.file("state.safetensors");
  load_numbers(
      [this](const NumberVisitor& visit) { visit_numbers(*this, visit); },
      numbers);
  // Runs that began before there were probes go on with an empty memory.
  if (numbers.find("probe.step") != nullptr) {
    load_numbers(
        [this](const NumberVisitor& visit) { probes.numbers(visit); }, numbers);
  }
  run_knobs.lr_scale = 1;
  if (numbers.find("run.lr_scale") != nullptr) {
    load_numbers(
        [this](const NumberVisitor& visit) { visit_lr_scale(*this, visit); },
        numbers);
  }
  const auto& facts = checkpoint.manifest.facts;
  step = facts.step;
  cursor = facts.cursor;
  evaluation_due = facts.evaluation_due;
}

}  // namespace moestro
