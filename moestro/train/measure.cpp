// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/measure.h"

#include "moestro/base/text.h"
#include "moestro/probe/router_probe.h"
#include "moestro/probe/weights_probe.h"

namespace moestro {
namespace {

void append(Measures& all, const Measures& more, const std::string& prefix) {
  for (const auto& [name, value] : more) {
    all.emplace_back(prefix + name, value);
  }
}

std::string role_name(Role role) {
  return role == Role::kRouter ? "router" : "experts";
}

}  // namespace

WeightMeasure::WeightMeasure(TrainState& state) {
  state.model.tensors([this](const NamedTensor& t) {
    // A table of integers, such as the hash gate's, has no distance to move.
    if (t.role != Role::kRest && t.value.is_floating_point()) {
      before_[t.name] = t.value.detach().clone();
    }
  });
}

void WeightMeasure::add_to(StepRecord& record, TrainState& state) const {
  for (auto& layer : record.layers) {
    const auto block = static_cast<size_t>(layer.layer);
    const auto rows_ED = state.layers.layer(block).rows_ED();
    if (rows_ED.defined()) {
      append(layer.extras, row_similarity(rows_ED), "");
      append(layer.extras, row_lengths(rows_ED), "");
    }
    Tensor squared_E;
    const auto prefix = "block." + two_digits(layer.layer) + ".layer.";
    state.layers.layer(block).tensors([&](const NamedTensor& t) {
      const auto found = before_.find(prefix + t.name);
      if (found == before_.end()) {
        return;
      }
      layer.extras.emplace_back(
          "update_ratio/" + role_name(t.role) + "/" + t.name,
          update_ratio(t.value, found->second));
      if (t.role == Role::kExperts && t.expert_dim == 0) {
        append(layer.extras, weight_similarity(t.value), t.name + "/");
        const auto own_E = squared_norms(t.value);
        squared_E = squared_E.defined() ? squared_E + own_E : own_E;
      }
    });
    if (squared_E.defined()) {
      layer.extras.emplace_back("weight-norm-spread", log_spread(squared_E));
    }
  }
}

}  // namespace moestro
