// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/tensor_faults.h"

#include <numeric>

#include <ATen/core/grad_mode.h>

#include "moestro/base/error.h"
#include "moestro/base/philox.h"
#include "moestro/base/text.h"
#include "moestro/tensor/initial.h"

namespace moestro {
namespace {

bool lasts(const Edit& e) {
  return e.act == "freeze" || e.act == "detach";
}

// Moments have to be asked for: "*experts*" means weights.
bool is_of_optimizer(std::string_view pattern) {
  return pattern.starts_with("exp_avg") || pattern.starts_with("step.");
}

void visit_all(
    TrainState& state, const Edit& edit, const TensorVisitor& visit) {
  const TensorVisitor matching = [&](const NamedTensor& t) {
    if (matches(edit.tensors, t.name)) {
      visit(t);
    }
  };
  if (is_of_optimizer(edit.tensors)) {
    state.optimizer.tensors(matching);
  } else {
    state.model.tensors(matching);
  }
}

[[noreturn]] void fail_edit(const Edit& e, const std::string& why) {
  const auto where = "edit." + std::string(e.name);
  fail_configuration(where + ": " + why, where);
}

Tensor rounded(const Tensor& value, at::ScalarType type) {
  return value.to(type).to(value.scalar_type());
}

double rms(const Tensor& value) {
  return value.square().mean().sqrt().item<double>();
}

void add_noise(Tensor part, double share, const InitialKey& key) {
  part.add_(initial_normal(part.sizes(), share * rms(part), key)
                .to(part.device(), part.scalar_type()));
}

// Hidden units 0..count-1 in another order, where `part` lives.
Tensor order_of(int64_t count, uint64_t seed, const Tensor& part) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = count - 1; i > 0; --i) {
    const auto word =
        draw({seed, stream_of("scenario.permute")}, static_cast<uint64_t>(i));
    std::swap(
        order[static_cast<size_t>(i)],
        order[word[0] % static_cast<uint64_t>(i + 1)]);
  }
  return at::tensor(order, at::kLong).to(part.device());
}

struct Place {
  const Edit& edit;
  const NamedTensor& tensor;
  uint64_t seed;
  int64_t step;
  int64_t hidden;  // units of each expert of that layer
};

// The same function with its hidden units in another order: up [F or 2F, D]
// by rows (gates and values alike), down [D, F] by columns.
void permute(Tensor part, const Place& p) {
  const auto& [e, t, seed, step, hidden] = p;
  const bool down = t.name.ends_with("down");
  if (!down && !t.name.ends_with("up")) {
    fail_edit(e, "permute knows experts' `up` and `down`, not " + t.name);
  }
  const auto matrix = part.squeeze(0);
  if (down) {
    const auto order = order_of(matrix.size(1), seed, part);
    part.copy_(matrix.index_select(1, order).unsqueeze(0));
    return;
  }
  const auto order = order_of(hidden, seed, part);
  const bool gated = matrix.size(0) == 2 * hidden;
  const auto both = gated ? at::cat({order, order + hidden}) : order;
  part.copy_(matrix.index_select(0, both).unsqueeze(0));
}

void change(Tensor part, const Place& p) {
  const auto& e = p.edit;
  if (e.act == "scale") {
    part.mul_(e.value);
  } else if (e.act == "add") {
    part.add_(e.value);
  } else if (e.act == "set") {
    part.fill_(e.value);
  } else if (e.act == "zero") {
    part.zero_();
  } else if (e.act == "round-bf16") {
    part.copy_(rounded(part, at::kBFloat16));
  } else if (e.act == "round-fp16") {
    part.copy_(rounded(part, at::kHalf));
  } else if (e.act == "noise") {
    const auto name = "scenario." + p.tensor.name + std::to_string(p.step);
    add_noise(part, e.value, {.seed = p.seed, .name = name});
  } else if (e.act == "permute") {
    permute(part, p);
  }
}

std::vector<int64_t> picked(
    std::string_view text, int64_t count, const std::string& what) {
  const auto found = parse_range(text, count);
  if (!found) {
    fail_configuration(
        what + " \"" + std::string(text) + "\" are not among " +
        std::to_string(count));
  }
  return *found;
}

void change_experts(const Place& p) {
  const auto& [e, t, seed, step, hidden] = p;
  if (!t.expert_dim) {
    fail_edit(e, t.name + " has no axis of experts");
  }
  const auto axis = *t.expert_dim;
  const auto E = t.value.size(axis);
  for (const auto expert :
       picked(e.experts, E, "edit." + std::string(e.name) + ".experts")) {
    auto part = t.value.narrow(axis, expert, 1);
    if (e.act != "copy") {
      change(part, {e, t, seed + static_cast<uint64_t>(expert), step, hidden});
    } else if (e.source >= E) {
      fail_edit(e, "there is no expert " + std::to_string(e.source));
    } else {
      part.copy_(t.value.narrow(axis, e.source, 1).clone());
    }
  }
}

double moved(const KnobMove& move, double before) {
  if (move.act == "scale") {
    return before * move.value;
  }
  return move.act == "add" ? before + move.value : move.value;
}

void move_bias(const KnobMove& move, std::vector<float>& bias, int64_t E) {
  bias.resize(static_cast<size_t>(E));
  std::vector<int64_t> experts(static_cast<size_t>(E));
  std::iota(experts.begin(), experts.end(), 0);
  if (!move.experts.empty()) {
    experts =
        picked(move.experts, E, "knob." + std::string(move.name) + ".experts");
  }
  for (const auto e : experts) {
    auto& b = bias[static_cast<size_t>(e)];
    b = static_cast<float>(moved(move, b));
  }
}

// "loss_weight" of all losses, "loss_weight.z" of one. False: there is none.
bool move_weights(
    const KnobMove& move, const LayerSpec& spec, std::vector<double>& weights) {
  constexpr std::string_view kWeight = "loss_weight";
  if (!move.knob.starts_with(kWeight)) {
    return false;
  }
  const auto wanted = move.knob.size() > kWeight.size()
                          ? move.knob.substr(kWeight.size() + 1)
                          : std::string_view();
  const auto names = split(spec.moe.losses);
  bool any = false;
  for (size_t i = 0; i < std::min(weights.size(), names.size()); ++i) {
    if (wanted.empty() || names[i] == wanted) {
      weights[i] = moved(move, weights[i]);
      any = true;
    }
  }
  return any;
}

bool move_routing(
    const KnobMove& move, const LayerSpec& spec, RoutingState& routing) {
  auto& knobs = routing.knobs;
  if (move.knob == "bias") {
    move_bias(move, knobs.bias, spec.moe.experts);
  } else if (move.knob == "k") {
    knobs.k = std::clamp<int64_t>(
        std::llround(moved(move, static_cast<double>(knobs.k))),
        1,
        spec.moe.experts);
  } else if (move.knob == "temperature") {
    knobs.temperature = moved(move, knobs.temperature);
  } else if (move.knob == "noise") {
    knobs.noise = moved(move, knobs.noise);
  } else if (move.knob == "capacity") {
    knobs.capacity = moved(move, knobs.capacity);
  } else {
    return move_weights(move, spec, knobs.loss_weight);
  }
  return true;
}

bool move_run(const KnobMove& move, RunKnobs& knobs) {
  if (move.knob == "router_lr_scale") {
    knobs.router_lr_scale = moved(move, knobs.router_lr_scale);
    return true;
  }
  if (move.knob == "router_clip") {
    knobs.router_clip = moved(move, knobs.router_clip);
    return true;
  }
  return false;
}

}  // namespace

void TensorFaults::apply(TrainState& state) {
  const at::NoGradGuard no_gradient;
  for (const auto& edit : edits_) {
    if (edit.when.holds(state.step + 1)) {
      apply(edit, state);
    } else if (lasts(edit) && edit.when.until == state.step + 1) {
      release(edit, state);
    }
  }
}

void TensorFaults::apply(const Edit& edit, TrainState& state) {
  if (edit.act == "copy" && edit.experts.empty()) {
    fail_edit(edit, "copy needs `experts`");
  }
  bool any = false;
  visit_all(state, edit, [&](const NamedTensor& t) {
    any = true;
    const auto hidden =
        t.layer < 0
            ? 0
            : state.layers.spec(static_cast<size_t>(t.layer)).moe.hidden;
    const Place place{edit, t, state.site.seed, state.step, hidden};
    if (lasts(edit)) {
      hold(edit, t);
    } else if (edit.experts.empty()) {
      change(t.value, place);
    } else {
      change_experts(place);
    }
  });
  if (!any) {
    fail_edit(edit, "no tensor is called '" + std::string(edit.tensors) + "'");
  }
}

void TensorFaults::hold(const Edit& edit, const NamedTensor& t) {
  if (edit.act == "detach") {
    t.value.set_requires_grad(false);
    return;
  }
  const auto [kept, fresh] = frozen_.try_emplace(t.name);
  if (fresh) {
    kept->second = t.value.detach().clone();
  } else {
    t.value.copy_(kept->second);
  }
}

void TensorFaults::release(const Edit& edit, TrainState& state) {
  visit_all(state, edit, [&](const NamedTensor& t) {
    if (edit.act == "detach") {
      t.value.set_requires_grad(t.trained);
    }
    frozen_.erase(t.name);
  });
}

void TensorFaults::drop_gradients(TrainState& state) const {
  if (frozen_.empty()) {
    return;
  }
  state.model.tensors([this](const NamedTensor& t) {
    if (frozen_.contains(t.name)) {
      t.value.mutable_grad().reset();
    }
  });
}

void move_knob(const KnobMove& move, TrainState& state) {
  bool any = move_run(move, state.run_knobs);
  std::vector<int64_t> layers(state.layers.size());
  std::iota(layers.begin(), layers.end(), 0);
  if (!move.layers.empty()) {
    layers = picked(
        move.layers,
        std::ssize(layers),
        "knob." + std::string(move.name) + ".layers");
  }
  for (const auto l : layers) {
    const auto layer = static_cast<size_t>(l);
    for (auto& routing : state.layers.routings(layer)) {
      any = move_routing(move, state.layers.spec(layer), routing) || any;
    }
  }
  if (!any) {
    fail_configuration(
        "knob." + std::string(move.name) + ": nothing is called '" +
        std::string(move.knob) +
        "'; there are bias, k, temperature, noise, capacity, loss_weight, "
        "loss_weight.<loss>, router_lr_scale, router_clip");
  }
}

}  // namespace moestro
