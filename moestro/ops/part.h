// SPDX-License-Identifier: Apache-2.0
// The parts of a mixture-of-experts layer. Parts are const while they compute:
// what they learn from a batch is an additive statistic that they receive once
// per optimizer step.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moestro/base/error.h"
#include "moestro/base/variant.h"
#include "moestro/ops/routing.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Role { kRouter, kExperts, kRest };

// One tensor that a part owns.
struct NamedTensor {
  std::string name;
  Tensor& value;
  Role role = Role::kRest;
  std::optional<int> expert_dim{};  // shard, prune, clone, per-expert norms
  bool trained = true;              // false: buffer
  bool decayed = true;              // takes part in weight decay
  int32_t layer = -1;               // block of the model; -1 = none
};
using TensorVisitor = std::function<void(const NamedTensor&)>;

// Where a part is put.
struct PartSite {
  int64_t model_dim = 0, hidden_dim = 0;
  int64_t num_experts = 1, top_k = 1;
  int64_t vocabulary = 0;  // token ids lie below; 0 = there are none
  int32_t layer = 0, num_layers = 1;
  uint64_t seed = 0;  // of the run; initial draws are keyed by layer and name
  double init_std = 0.02;  // of the router's rows
  bool causal = true;
  bool allow_dead_router = false;  // one whose gradient is 0 is accepted
  Traits provided{};               // by the model: token ids, replay
};

class Part;
// Where a part stands within what it belongs to: its name as tensors have it,
// and the routing of the layer that it serves.
struct PartPlace {
  std::string name;
  size_t routing = 0;
};
using PartVisitor = std::function<void(const PartPlace&, Part&)>;

class Part {
 public:
  using Site = PartSite;
  virtual ~Part() = default;
  virtual void tensors(const TensorVisitor&) {}
  // Every part that this one is made of, and itself.
  virtual void parts(const PartVisitor& visit) { visit({}, *this); }
  // An additive statistic of one training pass; summed over micro-batches and
  // ranks. Undefined: the part learns nothing from a batch.
  [[nodiscard]] virtual Tensor measure(
      const Tensor& /*x_TD*/, const Routing&, const RouteContext&) const {
    return {};
  }
  // The sum, once per optimizer step that was taken. What it changes is named
  // by `tensors`, and so survives a resume.
  virtual void after_step(const Tensor& /*total*/, int64_t /*step*/) {}
};

// Every tensor of the part, in its own place, to another device.
void move_tensors(Part&, at::Device);

// Forwards a visitor, with `prefix` before every name.
[[nodiscard]] TensorVisitor prefixed(
    const TensorVisitor&, const std::string& prefix);
[[nodiscard]] PartVisitor prefixed(
    const PartVisitor&, const std::string& prefix);

struct Logits {
  Tensor live;      // [T, width]
  Tensor choice{};  // undefined = rank by the live scores; else logits, which
                    // pass through the same score; -inf = forbidden
  Terms terms{};
};

// x -> logits; owns the router's parameters.
class Gate : public Part {
 public:
  static constexpr std::string_view kKind = "gate";
  [[nodiscard]] virtual Logits gate(
      const Tensor& x_TD, const RouteContext&) const = 0;
  [[nodiscard]] virtual Tensor rows_ED() const { return {}; }
};

// Two hooks around the gate; identity outside of training unless said.
class Perturb : public Part {
 public:
  static constexpr std::string_view kKind = "perturb";
  [[nodiscard]] virtual Tensor input(
      const Tensor& x_TD, const RouteContext&) const {
    return x_TD;
  }
  [[nodiscard]] virtual Logits logits(
      Logits logits, const Tensor& /*x_TD*/, const RouteContext&) const {
    return logits;
  }
};

// Logits -> scores, fp32 (double stays double).
class Score : public Part {
 public:
  static constexpr std::string_view kKind = "score";
  [[nodiscard]] virtual int64_t width(int64_t experts, int64_t /*k*/) const {
    return experts;
  }
  [[nodiscard]] virtual Tensor score(const Tensor& logits) const = 0;
  // The scores over their sum among the experts that `among_TE` allows (all
  // where undefined), as exact as if the sum could neither underflow nor round
  // to 0: logits of -200 have shares too, and there is no epsilon (case R10). A
  // token whose allowed scores are all 0 has equal shares and no gradient; one
  // that is allowed nobody is of no meaning.
  [[nodiscard]] virtual Tensor shares(
      const Tensor& logits, const Tensor& among_TE) const = 0;
  // What the f*P losses and the entropies read.
  [[nodiscard]] Tensor probabilities(const Tensor& logits) const {
    return shares(logits, {});
  }
};

class Select : public Part {
 public:
  static constexpr std::string_view kKind = "select";
  [[nodiscard]] virtual Assignment select(
      const Scores&, const RouteContext&) const = 0;
  // False when a token's fate depends on later ones with these parameters.
  [[nodiscard]] virtual bool causal() const { return true; }
};

// Capacity: may drop, may add (token rounding).
class Admit : public Part {
 public:
  static constexpr std::string_view kKind = "admit";
  [[nodiscard]] virtual Assignment admit(
      Assignment, const Scores&, const RouteContext&) const = 0;
  // As for Select.
  [[nodiscard]] virtual bool causal() const { return true; }
};

// Combine weights of all pairs from the live scores: [N], 0 where not served.
// The score tells shares that the live scores are too coarse for.
class Weigh : public Part {
 public:
  static constexpr std::string_view kKind = "weigh";
  [[nodiscard]] virtual Tensor weigh(
      const Assignment&, const Scores&, const Score&) const = 0;
};

// What a router is made of; it takes them.
struct RouterParts {
  std::unique_ptr<Gate> gate;
  std::vector<std::unique_ptr<Perturb>> perturbs;  // in order
  std::unique_ptr<Score> score;
  std::unique_ptr<Select> select;
  std::unique_ptr<Admit> admit;
  std::unique_ptr<Weigh> weigh;
  bool fixed_k = false;  // trait kFixedK of the selector
};

// Their names: a kernel that knows some combinations refuses the others with a
// ConfigurationError that says why.
struct RouterNames {
  std::string_view gate, score, select, admit, weigh;
  std::vector<std::string_view> perturbs{};
};

struct RouterSite {
  PartSite part;
  RouterParts& parts;
  RouterNames names;
};

// The six above in a row, or one kernel.
class Router : public Part {
 public:
  static constexpr std::string_view kKind = "router";
  using Site = RouterSite;
  [[nodiscard]] virtual Routing route(
      const Tensor& x_TD, const RouteContext&) const = 0;
  [[nodiscard]] virtual Tensor rows_ED() const { return {}; }
};

// Gather, apply, weigh, sum: one node. Only `forward` is required; the layers
// that ask for more get a configuration error where it is missing.
class Experts : public Part {
 public:
  static constexpr std::string_view kKind = "experts";
  [[nodiscard]] virtual Tensor forward(
      const Tensor& x_TD, const Assignment&, const Tensor& weight_N) const = 0;
  // Every row of sequence s through one network whose parameters are the
  // mixture mix_SE[s] of all experts' (SMEAR).
  [[nodiscard]] virtual Tensor merged(
      const Tensor& /*x_SLD*/, const Tensor& /*mix_SE*/) const {
    fail_configuration(
        "these experts cannot be merged, which the layer asks for; set "
        "moe.expert=feed-forward");
  }
  // Expert 0 on every row of x [.., D]: dense layers, shared experts.
  [[nodiscard]] virtual Tensor dense(const Tensor& /*x*/) const {
    fail_configuration(
        "these experts have no dense pass, which dense layers and shared "
        "experts need; set moe.expert=feed-forward");
  }
};

class Exchange : public Part {
 public:
  static constexpr std::string_view kKind = "exchange";
  [[nodiscard]] virtual Tensor run(
      const Tensor& x_TD,
      const Routing&,
      const Experts&,
      const RouteContext&) const = 0;
};

// What a loss reads.
struct LossView {
  const Routing& routing;
  const RouteContext& context;
  Sums sums;         // integers over the asked scope, gradients local
  Tensor rows_ED{};  // undefined unless the loss needs rows
};

// Over what the integers of `LossView::sums` are formed; probabilities, valid
// tokens and all else with a gradient are always of this forward. With a global
// scope demand_SE and first_SE are [1, E]. Training adds the value of each
// forward weighted by its share of the step's tokens, which makes kExact equal
// to the value over the whole step.
enum class Scope {
  kMicro,   // this forward, per sequence
  kBuffer,  // the optimizer step's forwards so far, this one included
  kExact,   // the whole optimizer step, counted beforehand without gradient
};

class Loss : public Part {
 public:
  static constexpr std::string_view kKind = "loss";
  // One value, unscaled: what training minimises.
  [[nodiscard]] virtual Tensor value(const LossView&) const = 0;
  // Weight that a recipe starts from; Knobs::loss_weight holds the current one.
  [[nodiscard]] virtual double weight() const = 0;
  [[nodiscard]] virtual Scope scope() const { return Scope::kMicro; }
};

// What a loss of one routing came to in a step, unscaled.
struct LossValue {
  int32_t layer = 0;
  std::string routing, name;
  double value = 0;
};

struct LayerOutput {
  Tensor y_TD;
  // VQMoE has two; soft layers fill mass_SE only.
  std::vector<std::pair<std::string, Routing>> routings;
};

}  // namespace moestro
MOESTRO_API_END
