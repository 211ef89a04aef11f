// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/step.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string_view>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/linalg_vector_norm.h>

#include "moestro/probe/gradient_probe.h"
#include "moestro/probe/routing_record.h"
#include "moestro/tensor/host.h"
#include "moestro/train/data/repetition.h"

namespace moestro {

Tensor bytes_of(std::span<const Window> windows) {
  const auto count = static_cast<int64_t>(windows.size());
  const auto length = static_cast<int64_t>(windows.front().bytes.size());
  auto bytes = at::empty({count, length}, at::kLong);
  auto* out = bytes.mutable_data_ptr<int64_t>();
  for (const auto& window : windows) {
    out = std::copy(window.bytes.begin(), window.bytes.end(), out);
  }
  return bytes;
}

Tensor next_byte_loss(const Tensor& logits_SLV, const Tensor& target_SL) {
  return at::cross_entropy_loss(logits_SLV.flatten(0, 1), target_SL.flatten());
}

// Gradient norm of each expert, over all of its matrices (metric E1).
Tensor expert_gradient_norms(Layer& layer) {
  Tensor squares_E;
  layer.tensors([&squares_E](const NamedTensor& t) {
    const auto& grad = t.value.grad();
    if (t.role == Role::kExperts && t.expert_dim && grad.defined()) {
      const auto rows = grad.transpose(0, *t.expert_dim).flatten(1);
      const auto norm_E = at::linalg_vector_norm(rows, 2, 1).square();
      squares_E = squares_E.defined() ? squares_E + norm_E : norm_E;
    }
  });
  return squares_E.defined() ? squares_E.sqrt() : squares_E;
}

namespace {

std::string_view text_of(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// How much the sequences of a step repeat themselves and each other.
struct Repetitions {
  double distinct = 0, repeated = 0, most = 0, sequences = 0, copies = 0;
  std::set<std::string_view> seen;
  std::array<int64_t, 256> counts{};  // of the bytes

  void add(std::span<const uint8_t> bytes) {
    const auto one = repetition(bytes);
    distinct += one.distinct;
    repeated += one.repeated;
    most = std::max(most, one.repeated);
    sequences += 1;
    copies += seen.insert(text_of(bytes)).second ? 0 : 1;
    for (const auto byte : bytes) {
      ++counts[byte];
    }
  }
  void add_to(StepRecord& record) const {
    record.scalars.emplace_back("data/distinct", distinct / sequences);
    record.scalars.emplace_back("data/repeated", repeated / sequences);
    record.scalars.emplace_back("data/repeated_most", most);
    record.scalars.emplace_back("data/copies", copies / sequences);
    record.scalars.emplace_back("data/commonest", commonest());
  }
  // Share of the most frequent token.
  [[nodiscard]] double commonest() const {
    const auto all = std::accumulate(counts.begin(), counts.end(), int64_t{0});
    return static_cast<double>(std::ranges::max(counts)) /
           static_cast<double>(std::max<int64_t>(all, 1));
  }
};

std::vector<LayerWeights> weights_of(Stack& layers) {
  std::vector<LayerWeights> all(layers.size());
  for (size_t l = 0; l < layers.size(); ++l) {
    layers.layer(l).tensors([&all, l](const NamedTensor& t) {
      if (t.trained && t.role != Role::kRest) {
        auto& group = t.role == Role::kRouter ? all[l].router : all[l].experts;
        group.push_back(t.value);
      }
    });
  }
  return all;
}

}  // namespace

Stepper::Stepper(
    const Config& config,
    const Dataset& data,
    TrainState& state,
    Stopwatch& watch,
    std::span<Hand* const> hands)
    : config_(config),
      data_(data),
      state_(state),
      watch_(watch),
      hands_(hands) {}

StepOutcome Stepper::run() {
  StepOutcome outcome;
  outcome.record.step = ++state_.step;
  layers_.clear();
  rows_.clear();
  domain_S_.clear();
  paths_.clear();
  lm_ = balance_ = 0;
  auto micros = next_batch(outcome.record);
  watch_.mark("data");
  if (micros.size() > 1 && state_.balancer.counts_beforehand()) {
    count_beforehand(micros);
  }
  for (auto& micro : micros) {
    learn_from(micro);
  }
  for (auto* hand : hands_) {
    hand->gradients(state_);
  }
  const auto norms = settle(micros);
  judge(outcome, micros, norms);
  state_.optimizer.clear();
  for (auto& [place, record] : layers_) {
    record.sequences = reduced(std::move(rows_[place]), state_.step);
    outcome.record.layers.push_back(std::move(record));
  }
  return outcome;
}

std::vector<Window> Stepper::next_windows() {
  std::vector<Window> windows;
  for (int64_t i = 0; i < config_.train.batch; ++i) {
    windows.push_back(data_.train(
        static_cast<uint64_t>(config_.train.seed),
        static_cast<uint64_t>(state_.cursor++)));
  }
  for (auto* hand : hands_) {
    hand->batch(state_.step, data_, windows);
  }
  return windows;
}

std::vector<Stepper::Micro> Stepper::next_batch(StepRecord& record) {
  const auto batch = config_.train.batch;
  const auto size =
      config_.train.micro_batch > 0 ? config_.train.micro_batch : batch;
  const auto domains = data_.domain_names();
  std::vector<double> share(domains.size());
  std::vector<Micro> micros;
  Repetitions repetitions;
  const auto all = next_windows();
  for (int64_t first = 0; first < batch; first += size) {
    const auto windows = std::span(all).subspan(
        static_cast<size_t>(first), static_cast<size_t>(size));
    std::vector<int32_t> domain_S;
    for (const auto& window : windows) {
      share[static_cast<size_t>(window.domain)] +=
          1 / static_cast<double>(batch);
      domain_S.push_back(window.domain);
      repetitions.add(window.bytes);
    }
    domain_S_[static_cast<int32_t>(first / size)] = domain_S;
    const auto bytes = without_waiting(bytes_of(windows), state_.device());
    micros.push_back(
        {.bytes_SL1 = bytes,
         .tokens = tokens_of(
             bytes.narrow(1, 0, data_.context()), first * data_.context()),
         .number = static_cast<int32_t>(first / size),
         .share = static_cast<double>(size) / static_cast<double>(batch)});
  }
  record.scalars.emplace_back(
      "tokens", static_cast<double>(batch * data_.context()));
  record.scalars.emplace_back("sequences", static_cast<double>(batch));
  repetitions.add_to(record);
  for (size_t d = 0; d < domains.size(); ++d) {
    record.scalars.emplace_back("data/domain/" + domains[d], share[d]);
  }
  return micros;
}

Pass Stepper::pass_of(const Micro& micro) const {
  return {
      .phase = Phase::kTrain,
      .at =
          {.seed = static_cast<uint64_t>(config_.train.seed),
           .step = state_.step,
           .micro = micro.number},
      .tokens = micro.tokens};
}

// Exact global counts need every micro-batch's demand before the first one
// learns; draws are keyed by token, so the second pass routes as this one did.
void Stepper::count_beforehand(const std::vector<Micro>& micros) {
  const at::NoGradGuard no_grad;
  for (const auto& micro : micros) {
    auto pass = pass_of(micro);
    pass.tap = state_.balancer.counting_tap();
    (void)state_.model.forward(
        micro.bytes_SL1.narrow(1, 0, data_.context()), pass);
  }
  watch_.mark("counting");
}

void Stepper::learn_from(Micro& micro) {
  auto& balancer = state_.balancer;
  auto pass = pass_of(micro);
  pass.tap = balancer.tap();
  const bool probes = probes_gradients_ && micro.number == 0;
  balancer.begin(micro.share);
  balancer.keep_terms(probes);
  const auto logits =
      state_.model.forward(micro.bytes_SL1.narrow(1, 0, data_.context()), pass);
  const auto lm =
      next_byte_loss(logits, micro.bytes_SL1.narrow(1, 1, data_.context()));
  watch_.mark("forward");
  if (probes) {
    take_paths(lm);
    watch_.mark("measuring");
  }
  ((lm + balancer.loss()) * micro.share).backward();
  micro.lm = lm.detach();
  micro.balance = balancer.loss().detach();
  watch_.mark("backward");
}

void Stepper::take_paths(const Tensor& lm) {
  Tensor balance, z;
  for (const auto& [name, term] : state_.balancer.terms()) {
    auto& sum = name == "z" ? z : balance;
    sum = sum.defined() ? sum + term : term;
  }
  const auto weights = weights_of(state_.layers);
  paths_ = gradient_paths({lm, balance, z}, weights);
  state_.balancer.keep_terms(false);
  probes_gradients_ = false;
}

GradientNorms Stepper::settle(const std::vector<Micro>& micros) {
  Transfer transfer;
  std::vector<std::pair<size_t, size_t>> losses;
  for (const auto& micro : micros) {
    losses.emplace_back(transfer.add(micro.lm), transfer.add(micro.balance));
  }
  state_.balancer.add_to(transfer);
  const auto norms = state_.optimizer.add_norms(transfer);
  std::map<int32_t, size_t> expert_norms;
  for (size_t l = 0; l < state_.layers.size(); ++l) {
    const auto norm_E = expert_gradient_norms(state_.layers.layer(l));
    if (norm_E.defined()) {
      expert_norms[static_cast<int32_t>(l)] = transfer.add(norm_E);
    }
  }
  transfer.go();
  for (size_t m = 0; m < micros.size(); ++m) {
    lm_ += transfer.number(losses[m].first) * micros[m].share;
    balance_ += transfer.number(losses[m].second) * micros[m].share;
  }
  state_.balancer.settle(transfer);
  record_layers(transfer, expert_norms);
  return norms_of(transfer, norms);
}

void Stepper::record_layers(
    const Transfer& transfer, const std::map<int32_t, size_t>& norms) {
  for (const auto& [key, pass] : state_.balancer.ledger().passes()) {
    const auto& [layer, routing, micro] = key;
    accumulate(
        layer_record(layer, routing), rows_[{layer, routing}], pass.routing);
    const auto& domain_S = domain_S_[micro];
    if (data_.domains().size() > 1 &&
        pass.routing.sums.demand_SE.size(0) == std::ssize(domain_S)) {
      add_domains(
          layer_record(layer, routing),
          pass.routing,
          domain_S,
          std::ssize(data_.domains()));
    }
  }
  for (const auto& value : state_.balancer.losses()) {
    layer_record(value.layer, value.routing)
        .losses.emplace_back(value.name, value.value);
  }
  for (auto& [place, record] : layers_) {
    const auto found = norms.find(place.first);
    if (found != norms.end()) {
      record.grad_norm = to_doubles(transfer.at(found->second));
    }
    const auto layer = static_cast<size_t>(place.first);
    if (layer < paths_.size()) {
      record.extras.insert(
          record.extras.end(), paths_[layer].begin(), paths_[layer].end());
    }
  }
}

Culprit Stepper::culprit(const std::vector<Micro>& micros) {
  auto found = first_bad_weight(state_.model);
  for (const auto& micro : micros) {
    if (found.what.empty()) {
      found = first_bad_output(
          state_.model,
          micro.bytes_SL1.narrow(1, 0, data_.context()),
          pass_of(micro));
    }
  }
  return found.what.empty() ? first_bad_gradient(state_.model) : found;
}

void Stepper::judge(
    StepOutcome& outcome,
    const std::vector<Micro>& micros,
    const GradientNorms& norms) {
  auto& record = outcome.record;
  record.scalars.emplace_back("loss/lm", lm_);
  record.scalars.emplace_back("loss/balance", balance_);
  record.scalars.emplace_back("loss/total", lm_ + balance_);
  record.scalars.emplace_back("loss/spike", robust_z(state_.guard, lm_));
  add_norms(record, norms);
  int64_t bad_logits = 0;
  for (const auto& [layer, counted] : layers_) {
    bad_logits += counted.nonfinite;
  }
  auto problem =
      loss_problem(state_.guard, lm_ + balance_, config_.train.spike_factor);
  if (!problem && bad_logits > 0) {
    problem = "router logits are not finite";
  } else if (!problem && !norms.finite()) {
    problem = "a gradient is not finite";
  }
  if (problem) {
    const auto found = culprit(micros);
    outcome.refused =
        *problem + (found.what.empty() ? "" : "; " + found.text());
    if (!found.what.empty()) {
      record.scalars.emplace_back("fault/layer", found.layer);
      record.scalars.emplace_back("fault/expert", found.expert);
    }
    record.skipped = true;
    state_.guard.bad_in_a_row += 1;
    state_.balancer.skip_step();
  } else {
    commit(outcome, norms);
  }
  watch_.mark("optimizer");
}

void Stepper::commit(StepOutcome& outcome, const GradientNorms& norms) {
  const auto rate =
      config_.optimizer.lr *
      schedule_share(config_.optimizer, state_.step, config_.train.steps);
  outcome.record.scalars.emplace_back("lr", rate);
  remember_good(state_.guard, lm_ + balance_);
  state_.optimizer.step(norms, rate, state_.run_knobs);
  state_.balancer.end_step(state_.step);
}

void Stepper::add_norms(StepRecord& record, const GradientNorms& norms) const {
  record.scalars.emplace_back("grad_norm", norms.all);
  record.scalars.emplace_back("grad_norm/router", norms.router);
  record.scalars.emplace_back("grad_norm/experts", norms.experts);
  if (!std::isnan(norms.memory)) {
    record.scalars.emplace_back("moments/router", norms.memory);
  }
}

LayerRecord& Stepper::layer_record(int32_t layer, const std::string& routing) {
  auto& record = layers_[{layer, routing}];
  record.layer = layer;
  record.routing = routing;
  return record;
}

}  // namespace moestro
