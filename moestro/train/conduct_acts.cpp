// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/conduct_acts.h"

#include <algorithm>
#include <functional>
#include <map>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/linalg_vector_norm.h>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/tensor/initial.h"

namespace moestro {
namespace {

RoutingState& routing_of(TrainState& state, const Act& act) {
  for (auto& routing : state.layers.routings(static_cast<size_t>(act.layer))) {
    if (routing.name == act.routing) {
      return routing;
    }
  }
  fail_data(
      "layer " + std::to_string(act.layer) + " has no routing '" + act.routing +
      "'");
}

void set_weight(TrainState& state, const Act& act, double weight) {
  const auto& losses = state.balancer.losses_of(static_cast<size_t>(act.layer));
  const auto found = std::ranges::find(losses, act.name, &NamedLoss::name);
  if (found != losses.end()) {
    const auto place = static_cast<size_t>(found - losses.begin());
    routing_of(state, act).knobs.loss_weight.at(place) = weight;
  }
}

// What others did to the bias meanwhile stays.
void shift_bias(TrainState& state, const Act& act, double sign) {
  auto& bias = routing_of(state, act).knobs.bias;
  bias.resize(act.after.size(), 0.0F);
  for (size_t e = 0; e < bias.size(); ++e) {
    bias[e] += static_cast<float>(sign * (act.after[e] - act.before[e]));
  }
}

// No rate: as it is configured, with the bias of then.
void set_rule(
    TrainState& state, const Act& act, const std::vector<double>& rate) {
  auto rules = state.balancer.conducted();
  const auto layer = static_cast<size_t>(act.layer);
  if (rate.empty()) {
    rules.erase(layer);
    routing_of(state, act).knobs.bias.assign(act.kept.begin(), act.kept.end());
  } else {
    rules[layer] = {act.name, rate.front()};
  }
  state.balancer.conduct(rules);
}

// False where the lever is none of them.
bool set_knob(TrainState& state, const Act& act, double value) {
  switch (act.lever) {
    case Lever::kLossWeight:
      set_weight(state, act, value);
      return true;
    case Lever::kTemperature:
      routing_of(state, act).knobs.temperature = value;
      return true;
    case Lever::kNoise:
      routing_of(state, act).knobs.noise = value;
      return true;
    case Lever::kCapacity:
      routing_of(state, act).knobs.capacity = value;
      return true;
    case Lever::kRouterLr:
      state.run_knobs.router_lr_scale = value;
      return true;
    case Lever::kRouterClip:
      state.run_knobs.router_clip = value;
      return true;
    case Lever::kLr:
      state.run_knobs.lr_scale = value;
      return true;
    default:
      return false;
  }
}

// A piece of a tensor that an act changes, and of its moments.
struct Piece {
  std::string name;  // unique in the model
  Role role;
  Tensor value;
  std::vector<std::pair<std::string, Tensor>> moments;
};

using Moments = std::map<std::string, Tensor>;

Moments moments_of(TrainState& state) {
  Moments all;
  state.optimizer.tensors([&all](const NamedTensor& t) {
    if (t.name.starts_with("exp_avg")) {
      all.emplace(t.name, t.value);
    }
  });
  return all;
}

// One expert of it, or all.
Tensor part_of(const Tensor& whole, int dim, int32_t expert) {
  const auto plain = whole.detach();
  return expert < 0 ? plain : plain.select(dim, expert);
}

bool is_rows(const Layer& layer, const NamedTensor& t) {
  const auto rows_ED = layer.rows_ED();
  return t.role == Role::kRouter && rows_ED.defined() &&
         t.value.data_ptr() == rows_ED.data_ptr() &&
         t.value.sizes() == rows_ED.sizes();
}

bool touches(const Act& act, const Layer& layer, const NamedTensor& t) {
  const bool rows = act.lever != Lever::kPerturb && is_rows(layer, t);
  const bool experts = act.lever != Lever::kRouterRows &&
                       t.role == Role::kExperts && t.expert_dim.has_value();
  return rows || experts;
}

// In the order of the model's tensors; `expert` -1: whole tensors.
std::vector<Piece> pieces_of(
    TrainState& state, const Act& act, int32_t expert) {
  const auto moments = moments_of(state);
  auto& layer = state.layers.layer(static_cast<size_t>(act.layer));
  const auto prefix = "block." + two_digits(act.layer) + ".layer.";
  std::vector<Piece> pieces;
  layer.tensors([&](const NamedTensor& t) {
    if (!touches(act, layer, t)) {
      return;
    }
    const int dim = t.expert_dim.value_or(0);
    Piece piece{prefix + t.name, t.role, part_of(t.value, dim, expert), {}};
    for (const auto* kind : {"exp_avg.", "exp_avg_sq."}) {
      const auto found = moments.find(kind + piece.name);
      if (found != moments.end()) {
        piece.moments.emplace_back(
            found->first, part_of(found->second, dim, expert));
      }
    }
    pieces.push_back(std::move(piece));
  });
  return pieces;
}

bool moves_tensors(const Act& act) {
  return act.lever == Lever::kRouterRows || act.lever == Lever::kRevive ||
         act.lever == Lever::kPerturb;
}

// Every tensor of the pieces, with the name that it is kept by.
void visit(
    TrainState& state,
    const Act& act,
    const std::function<void(const std::string&, const Tensor&)>& use) {
  for (const auto& piece : pieces_of(state, act, act.expert)) {
    use(piece.name, piece.value);
    for (const auto& [name, moment] : piece.moments) {
      use(name, moment);
    }
  }
}

// Draws are keyed by step and tensor: the same after any resume.
void add_noise(
    const TrainState& state, const Piece& piece, int32_t layer, double size) {
  const auto count =
      static_cast<double>(std::max<int64_t>(1, piece.value.numel()));
  const auto length = at::linalg_vector_norm(piece.value).item<double>();
  const auto name =
      "conductor." + std::to_string(state.step) + "." + piece.name;
  const auto draw = initial_normal(
      piece.value.sizes(),
      size * length / std::sqrt(count),
      {.seed = state.site.seed, .layer = layer, .name = name});
  piece.value.add_(draw.detach().to(piece.value.options()));
}

void forget_moments(const Piece& piece) {
  for (const auto& [name, moment] : piece.moments) {
    moment.zero_();
  }
}

void revive(TrainState& state, const Act& act) {
  const auto donors =
      pieces_of(state, act, static_cast<int32_t>(act.after.at(0)));
  const auto pieces = pieces_of(state, act, act.expert);
  for (size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].value.copy_(donors[i].value);
    add_noise(state, pieces[i], act.layer, act.after.at(1));
    forget_moments(pieces[i]);
  }
}

void perturb(TrainState& state, const Act& act) {
  for (const auto& piece : pieces_of(state, act, -1)) {
    add_noise(state, piece, act.layer, act.after.at(0));
    forget_moments(piece);
  }
}

void shorten_rows(TrainState& state, const Act& act) {
  for (const auto& piece : pieces_of(state, act, -1)) {
    const auto length_E1 =
        at::linalg_vector_norm(piece.value, 2, 1, /*keepdim=*/true);
    piece.value.mul_(act.after.at(0) / length_E1.clamp_min(1e-12));
    forget_moments(piece);
  }
}

void change_tensors(TrainState& state, const Act& act) {
  visit(state, act, [&state](const std::string& name, const Tensor& value) {
    state.conducted.kept.emplace_back(name, value.clone());
  });
  if (act.lever == Lever::kRevive) {
    revive(state, act);
  } else if (act.lever == Lever::kPerturb) {
    perturb(state, act);
  } else {
    shorten_rows(state, act);
  }
}

void restore_tensors(TrainState& state, const Act& act) {
  visit(state, act, [&state](const std::string& name, const Tensor& value) {
    for (const auto& [kept, old] : state.conducted.kept) {
      if (kept == name) {
        value.copy_(old);
      }
    }
  });
}

void check_finite(const Checkpoint& checkpoint) {
  for (const auto& [name, file] : checkpoint.files) {
    for (const auto& entry : file.entries) {
      const auto value = tensor_of(file, entry);
      if (value.is_floating_point() && name != "conductor.safetensors" &&
          !at::isfinite(value).all().item<bool>()) {
        fail_data(
            name + " of that checkpoint holds numbers that are not finite");
      }
    }
  }
}

Checkpoint checkpoint_at(const std::filesystem::path& folder, int64_t step) {
  for (const auto& place : list_checkpoints(folder)) {
    if (place.step == step) {
      auto checkpoint = read_checkpoint(place);
      check_finite(checkpoint);
      return checkpoint;
    }
  }
  fail_data("the checkpoint of step " + std::to_string(step) + " has gone");
}

// Everything but where the run is in time, and what the conductor knows.
void rewind(TrainState& state, const Checkpoint& checkpoint) {
  const auto step = state.step, cursor = state.cursor;
  const bool due = state.evaluation_due;
  auto conducted = std::move(state.conducted);
  state.load(checkpoint);
  state.step = step;
  state.cursor = cursor;
  state.evaluation_due = due;
  state.conducted = std::move(conducted);
}

void carry_out_one(TrainState& state, const Act& act) {
  if (moves_tensors(act)) {
    change_tensors(state, act);
  } else if (act.lever == Lever::kBias) {
    shift_bias(state, act, 1);
  } else if (act.lever == Lever::kBiasRate) {
    set_rule(state, act, act.after);
  } else {
    (void)set_knob(state, act, act.after.at(0));
  }
}

void take_back_one(TrainState& state, const Act& act) {
  if (moves_tensors(act)) {
    restore_tensors(state, act);
  } else if (act.lever == Lever::kBias) {
    shift_bias(state, act, -1);
  } else if (act.lever == Lever::kBiasRate) {
    set_rule(state, act, act.before);
  } else if (act.lever != Lever::kRewind) {
    (void)set_knob(state, act, act.before.at(0));
  }
}

}  // namespace

void carry_out(
    TrainState& state,
    const std::vector<Act>& acts,
    const std::filesystem::path& folder) {
  const at::NoGradGuard no_gradient;
  for (const auto& act : acts) {
    if (act.lever == Lever::kRewind) {
      rewind(
          state, checkpoint_at(folder, static_cast<int64_t>(act.after.at(0))));
    } else {
      carry_out_one(state, act);
    }
  }
}

void take_back(TrainState& state, const std::vector<Act>& acts) {
  const at::NoGradGuard no_gradient;
  for (size_t i = acts.size(); i > 0; --i) {
    take_back_one(state, acts[i - 1]);
  }
  state.conducted.kept.clear();
}

}  // namespace moestro
