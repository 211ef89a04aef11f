// SPDX-License-Identifier: Apache-2.0
// What tests of routing share: parts by name, a batch, given logits.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "moestro/base/registry.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"
#include "moestro/route/part_router.h"
#include "moestro/tensor/initial.h"
#include "tests/device/device.h"

namespace moestro::test {

using Settings = std::vector<std::pair<std::string_view, Value>>;

// The built-in part of that name with these parameters.
template <class Kind>
std::unique_ptr<Kind> make(
    std::string_view name,
    const typename Kind::Site& site,
    const Settings& settings = {}) {
  Registry registry;
  registry.add_all<Kind>();
  const auto& variant = registry.at<Kind>(name);
  std::vector<std::pair<const Param*, Value>> given;
  for (const auto& [key, value] : settings) {
    for (const auto& param : variant.info.params) {
      if (param.name == key) {
        given.emplace_back(&param, value);
      }
    }
  }
  EXPECT_EQ(given.size(), settings.size()) << "an unknown parameter";
  return here(variant.make(given, site));
}

template <class Kind>
bool offers(std::string_view name, Trait trait) {
  Registry registry;
  registry.add_all<Kind>();
  return registry.at<Kind>(name).info.offers.has(trait);
}

inline Tensor matrix(
    std::initializer_list<std::initializer_list<double>> rows,
    at::ScalarType type = at::kFloat) {
  std::vector<double> flat;
  for (const auto& row : rows) {
    flat.insert(flat.end(), row.begin(), row.end());
  }
  const auto height = static_cast<int64_t>(rows.size());
  const auto width =
      height == 0 ? 0 : static_cast<int64_t>(flat.size()) / height;
  return here(at::tensor(flat, at::kDouble).view({height, width}).to(type));
}

// Repeatable numbers that are close to normal.
inline Tensor numbers(int64_t rows, int64_t columns, uint64_t seed = 1) {
  return here(
      initial_normal({rows, columns}, 1, {.seed = seed, .name = "numbers"}));
}

inline std::vector<int64_t> ints(const Tensor& values) {
  const auto flat = values.to(at::kCPU, at::kLong).contiguous();
  const auto* data = flat.const_data_ptr<int64_t>();
  return {data, data + flat.numel()};
}

inline std::vector<double> reals(const Tensor& values) {
  const auto flat = values.detach().to(at::kCPU, at::kDouble).contiguous();
  const auto* data = flat.const_data_ptr<double>();
  return {data, data + flat.numel()};
}

using Ints = std::vector<int64_t>;

// One batch and all that its context refers to.
struct Batch {
  explicit Batch(int64_t num_tokens, int64_t num_experts, int64_t k = 2)
      : layout(uniform_layout(num_experts)) {
    tokens.valid_T = here(at::ones({num_tokens}, at::kBool));
    tokens.sequence_T = here(at::zeros({num_tokens}, at::kLong));
    tokens.serial_T = here(at::arange(num_tokens, at::kLong));
    tokens.id_T = here(at::arange(num_tokens, at::kLong));
    knobs.k = k;
  }

  // Token t asks for experts t, t + 1, ...
  [[nodiscard]] Tensor any_replay() const {
    const auto token_T1 =
        here(at::arange(tokens.valid_T.mask().size(0))).unsqueeze(1);
    const auto experts = static_cast<int64_t>(layout.target.size());
    return (token_T1 + here(at::arange(std::min(knobs.k, experts))))
        .remainder(experts);
  }

  // Sequences of these lengths, one after the other.
  void split(const Ints& lengths) {
    Ints sequence;
    for (size_t s = 0; s < lengths.size(); ++s) {
      sequence.insert(
          sequence.end(),
          static_cast<size_t>(lengths[s]),
          static_cast<int64_t>(s));
    }
    tokens.sequence_T = here(at::tensor(sequence, at::kLong));
    tokens.num_sequences = static_cast<int64_t>(lengths.size());
  }

  [[nodiscard]] RouteContext context(Phase phase = Phase::kTrain) const {
    effective = knobs;
    if (bias_E.defined()) {
      const auto bias = reals(bias_E);
      effective.bias.assign(bias.begin(), bias.end());
    }
    return {
        .phase = phase,
        .at = {.seed = 7, .step = step, .micro = micro, .layer = layer},
        .tokens = tokens,
        .knobs = effective,
        .layout = layout,
        .replay_TK = replay_TK.defined() ? replay_TK : any_replay()};
  }

  Tokens tokens;
  Knobs knobs;
  Layout layout;
  Tensor bias_E;              // stands in for the knobs' own
  mutable Knobs effective{};  // what the last context refers to
  Tensor replay_TK{};
  int64_t step = 3;
  int32_t micro = 0, layer = 1;
};

// The input is the logits.
class GivenLogits final : public Gate {
 public:
  Logits gate(const Tensor& x_TD, const RouteContext&) const override {
    return {.live = x_TD};
  }
};

struct Names {
  std::string_view score = "softmax", select = "top-k", admit = "all",
                   weigh = "raw";
  std::vector<std::string_view> perturbs{};
  Settings select_params{}, admit_params{}, weigh_params{};
};

inline PartSite site_of(const Batch& batch) {
  const auto experts = static_cast<int64_t>(batch.layout.target.size());
  return {
      .model_dim = experts,
      .num_experts = experts,
      .top_k = batch.knobs.k,
      .vocabulary = batch.tokens.valid_T.mask().size(0),
      .layer = batch.layer,
      .seed = 7};
}

inline RouterParts parts_of(
    const Names& names, const PartSite& site, std::unique_ptr<Gate> gate = {}) {
  RouterParts parts;
  parts.gate = gate ? std::move(gate) : std::make_unique<GivenLogits>();
  for (const auto name : names.perturbs) {
    parts.perturbs.push_back(make<Perturb>(name, site));
  }
  parts.score = make<Score>(names.score, site);
  parts.select = make<Select>(names.select, site, names.select_params);
  parts.fixed_k = offers<Select>(names.select, Trait::kFixedK);
  parts.admit = make<Admit>(names.admit, site, names.admit_params);
  parts.weigh = make<Weigh>(names.weigh, site, names.weigh_params);
  return parts;
}

inline PartRouter router_of(
    const Names& names, const PartSite& site, std::unique_ptr<Gate> gate = {}) {
  return PartRouter(parts_of(names, site, std::move(gate)));
}

// Routes given logits.
inline Routing route(
    const Tensor& logits_TE, const Batch& batch, const Names& names = {}) {
  return router_of(names, site_of(batch)).route(logits_TE, batch.context());
}

// [T, K] chosen experts by slot; -1 = slot not used.
inline Tensor by_slot(const Assignment& a, int64_t tokens, int64_t slots) {
  return at::full({tokens * slots}, -1, a.token_N.options())
      .scatter(0, a.token_N * slots + a.slot_N, a.expert_N)
      .view({tokens, slots});
}

// [T, E] combine weights of what is served.
inline Tensor dense_weights(const Routing& r, int64_t tokens) {
  const auto experts = r.pairs.num_experts();
  const auto flat_N = r.pairs.token_N * experts + r.pairs.expert_N.clamp_min(0);
  return at::zeros({tokens * experts}, r.weight_N.options())
      .index_add(0, flat_N, r.weight_N)
      .view({tokens, experts});
}

// [E] kept pairs.
inline Tensor kept_E(const Assignment& a) {
  const auto experts = a.num_experts();
  return a.offset_E1.narrow(0, 1, experts) - a.offset_E1.narrow(0, 0, experts);
}

// Gradient of a scalar function at x.
inline Tensor gradient(
    const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  auto leaf = x.detach().clone().requires_grad_();
  f(leaf).backward();
  return leaf.grad().defined() ? leaf.grad() : at::zeros_like(leaf);
}

// The same by central differences, x in double.
inline Tensor differences(
    const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  constexpr double kStep = 1e-6;
  const auto point = x.detach().to(at::kCPU).clone().contiguous();
  const auto result = at::zeros_like(point);
  auto* value = point.mutable_data_ptr<double>();
  auto* slope = result.mutable_data_ptr<double>();
  for (int64_t i = 0; i < point.numel(); ++i) {
    const double was = value[i];
    value[i] = was + kStep;
    const double up = f(here(point)).item<double>();
    value[i] = was - kStep;
    const double down = f(here(point)).item<double>();
    value[i] = was;
    slope[i] = (up - down) / (2 * kStep);
  }
  return here(result);
}

inline double distance(const Tensor& a, const Tensor& b) {
  return a.numel() == 0 ? 0 : (a - b).abs().max().item<double>();
}

inline bool equal(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && a.eq(b).all().item<bool>();
}

}  // namespace moestro::test
