// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/moe_layer.h"

#include <filesystem>

#include <c10/core/Device.h>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/layers/balancer.h"
#include "moestro/layers/moe_config.h"
#include "moestro/record/safetensors.h"

namespace moestro {
namespace {

// Before the names of numbers in a saved file.
constexpr std::string_view kState = "state.";

// What the caller gave, as settings that win over the recipe.
std::vector<Setting> settings_of(
    const std::string& recipe, const MoEOptions& o) {
  const auto hidden =
      o.hidden > 0 ? o.hidden : std::max<int64_t>(4 * o.model_dim / o.top_k, 1);
  const Origin origin{.file = "MoEOptions"};
  std::vector<Setting> all = {
      {"moe.recipe", recipe, origin},
      {"moe.experts", o.experts, origin},
      {"moe.top_k", o.top_k, origin},
      {"moe.hidden", hidden, origin}};
  auto more = parse_overrides(o.settings);
  std::ranges::move(more, std::back_inserter(all));
  return all;
}

MoeConfig config_of(
    const Registry& registry, const std::string& recipe, const MoEOptions& o) {
  if (o.model_dim < 1 || o.top_k < 1) {
    fail_configuration(
        "MoEOptions needs model_dim and top_k of at least 1; got model_dim=" +
            std::to_string(o.model_dim) + " top_k=" + std::to_string(o.top_k),
        "model_dim");
  }
  return resolve_moe(settings_of(recipe, o), {.layers = 1}, registry);
}

StackSite site_of(const MoEOptions& o) {
  return {
      .model_dim = o.model_dim,
      .vocabulary = o.vocabulary,
      .seed = o.seed,
      .causal = o.causal,
      .replays = true};
}

int64_t count_sequences(const MoEInput& in) {
  if (!in.sequence_T.defined() || in.sequence_T.numel() == 0) {
    return 1;
  }
  // A read from another device would hold up the forward.
  if (in.num_sequences > 0 && !in.sequence_T.is_cpu()) {
    return in.num_sequences;
  }
  const auto found = in.sequence_T.max().item<int64_t>() + 1;
  TORCH_CHECK_VALUE(
      in.num_sequences == 0 || found <= in.num_sequences,
      "[MoE] sequence_T counts up to num_sequences; got num_sequences=",
      in.num_sequences,
      " and a sequence ",
      found - 1);
  return std::max(found, in.num_sequences);
}

// A mask says what is real; without sequences all rows are one.
Tokens tokens_of(const Tensor& x_TD, const MoEInput& in, int64_t first_serial) {
  const auto rows = x_TD.size(0);
  const auto longs = x_TD.options().dtype(at::kLong).requires_grad(false);
  return {
      .valid_T = in.mask_T.defined() ? ValidRows(in.mask_T.to(at::kBool))
                                     : ValidRows::all(rows, x_TD.device()),
      .sequence_T =
          in.sequence_T.defined() ? in.sequence_T : at::zeros({rows}, longs),
      .serial_T = at::arange(first_serial, first_serial + rows, longs),
      .id_T = in.id_T,
      .num_sequences = count_sequences(in)};
}

void check_rows(const Tensor& t, const Tensor& x_TD, const char* name) {
  TORCH_CHECK_VALUE(
      !t.defined() || t.size(0) == x_TD.size(0),
      "[MoE] one row of ",
      name,
      " per token; got ",
      name,
      "=",
      t.defined() ? t.size(0) : 0,
      " tokens=",
      x_TD.size(0));
}

void check_input(const Tensor& x_TD, const MoEInput& in, int64_t model_dim) {
  TORCH_CHECK_VALUE(
      x_TD.dim() == 2 && x_TD.size(1) == model_dim,
      "[MoE] x is [tokens, model_dim]; got sizes=",
      x_TD.sizes(),
      " model_dim=",
      model_dim);
  check_rows(in.mask_T, x_TD, "mask");
  check_rows(in.sequence_T, x_TD, "sequence");
  check_rows(in.id_T, x_TD, "id");
  check_rows(in.replay_TK, x_TD, "replay");
}

}  // namespace

struct MoELayer::State {
  State(
      const Registry& registry,
      const std::string& recipe,
      const MoEOptions& options)
      : o(options),
        config(config_of(registry, recipe, options)),
        stack(registry, config.layers, site_of(options)),
        balancer(registry, stack, site_of(options), options.num_steps) {
    const c10::Device device(o.device);
    if (!device.is_cpu()) {
      move_tensors(stack, device);
    }
  }

  // The ledger's numbers come to the host, and are kept for whoever looks.
  void settle() {
    Transfer transfer;
    balancer.add_to(transfer);
    transfer.go();
    balancer.settle(transfer);
    for (const auto& routing : stack.routings(0)) {
      totals[routing.name] = balancer.ledger().totals(0, routing.name);
    }
  }

  void next_step() {
    ++step;
    micro = 0;
    serial = 0;
  }

  TensorWalk tensors() {
    return [this](const TensorVisitor& visit) { stack.tensors(visit); };
  }
  NumberWalk numbers() {
    return [this](const NumberVisitor& visit) {
      auto done = static_cast<double>(step);
      visit_number(visit, "step", done);
      step = static_cast<int64_t>(done);
      balancer.numbers(visit);
    };
  }

  MoEOptions o;
  MoeConfig config;
  Stack stack;
  Balancer balancer;
  bool training = true;
  int64_t step = 1, serial = 0;  // the step under way, tokens seen in it
  int32_t micro = 0;
  std::map<std::string, Totals> totals;
};

MoELayer::MoELayer(
    const Registry& registry,
    const std::string& recipe,
    const MoEOptions& options)
    : state_(std::make_unique<State>(registry, recipe, options)) {}
MoELayer::~MoELayer() = default;
MoELayer::MoELayer(MoELayer&&) noexcept = default;
MoELayer& MoELayer::operator=(MoELayer&&) noexcept = default;

at::Tensor MoELayer::forward(const at::Tensor& x_TD, const MoEInput& in) {
  auto& s = *state_;
  check_input(x_TD, in, s.o.model_dim);
  const auto tokens = tokens_of(x_TD, in, s.serial);
  const std::array<Tensor, 1> replay = {in.replay_TK};
  Pass pass{
      .phase = s.training ? Phase::kTrain : Phase::kEvaluate,
      .at = {.seed = s.o.seed, .step = s.step, .micro = s.micro},
      .tokens = tokens,
      .replay_TK = replay};
  if (s.training) {
    s.balancer.begin(1);
    pass.tap = s.balancer.tap();
    ++s.micro;
    s.serial += x_TD.size(0);
  }
  return s.stack.forward(0, x_TD, pass).y_TD;
}

at::Tensor MoELayer::balance_loss() const {
  return state_->balancer.loss();
}

void MoELayer::end_step() {
  state_->settle();
  state_->balancer.end_step(state_->step);
  state_->next_step();
}

void MoELayer::skip_step() {
  state_->balancer.skip_step();
  state_->next_step();
}

void MoELayer::set_training(bool training) {
  state_->training = training;
}

std::vector<at::Tensor> MoELayer::parameters() {
  std::vector<at::Tensor> all;
  tensors([&all](const NamedTensor& t) {
    if (t.trained) {
      all.push_back(t.value);
    }
  });
  return all;
}

void MoELayer::tensors(const TensorVisitor& visit) {
  state_->stack.layer(0).tensors(visit);
}

const Knobs& MoELayer::knobs() const {
  return state_->stack.routings(0).front().knobs;
}

const Totals& MoELayer::totals(const std::string& routing) const {
  const auto found = state_->totals.find(routing);
  TORCH_CHECK(
      found != state_->totals.end(),
      "[MoE] a step has ended, and the layer has such a routing; got routing='",
      routing,
      "'");
  return found->second;
}

const std::vector<LossValue>& MoELayer::losses() const {
  return state_->balancer.losses();
}

int64_t MoELayer::steps() const {
  return state_->step - 1;
}

void MoELayer::save(const std::string& path) {
  auto all = list_tensors(state_->tensors());
  auto numbers = number_tensors(state_->numbers());
  for (auto& [name, value] : numbers) {
    all.emplace_back(std::string(kState) + name, value);
  }
  replace_durably(path, encode_tensors(all, state_conventions()));
}

void MoELayer::load(const std::string& path) {
  const auto text = read_file(path);
  auto file = parse_safetensors(std::as_bytes(std::span(text)), path);
  const auto numbers = std::ranges::stable_partition(
      file.entries,
      [](const TensorEntry& e) { return !e.name.starts_with(kState); });
  std::vector<TensorEntry> state(numbers.begin(), numbers.end());
  file.entries.erase(numbers.begin(), numbers.end());
  load_tensors(state_->tensors(), file, path);
  for (auto& entry : state) {
    entry.name = entry.name.substr(kState.size());
  }
  file.entries = std::move(state);
  load_numbers(state_->numbers(), file);
}

}  // namespace moestro
