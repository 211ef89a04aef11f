// SPDX-License-Identifier: Apache-2.0
// Balancing of a stack over one optimizer step: forward -> balance loss ->
// end of step. Whoever trains calls, per micro-batch, `begin`, the forward with
// `tap`, `loss`; then `add_to` and `settle` around its one transfer; then
// `end_step`, or `skip_step` for a step that changes nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/layers/controllers.h"
#include "moestro/layers/objectives.h"
#include "moestro/ops/tensor_file.h"

MOESTRO_API_BEGIN
namespace moestro {

// Metadata of files with knobs: the sign of the selection bias is part of the
// format (case R39).
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
state_conventions();

class Balancer {
 public:
  // All must outlive the balancer. `num_steps`: planned length of the run; 0 =
  // unknown.
  Balancer(const Registry&, Stack&, const StackSite&, int64_t num_steps);

  // A loss asks for the counts of the whole step: each micro-batch goes
  // forward once without gradient, with `counting_tap`.
  [[nodiscard]] bool counts_beforehand() const {
    return objectives_.counts_beforehand();
  }
  [[nodiscard]] std::function<void(const LayerPass&)> counting_tap();

  // A micro-batch begins that holds this share of the step's tokens.
  void begin(double share);
  [[nodiscard]] std::function<void(const LayerPass&)> tap();
  // Of the forwards since `begin`: sum of weight x loss over each layer's
  // losses, mean over the layers that route.
  [[nodiscard]] Tensor loss() const { return loss_; }
  // The same by the name of the loss, of forwards while it was asked for.
  void keep_terms(bool keep) {
    keeps_terms_ = keep;
    terms_.clear();
  }
  [[nodiscard]] const std::map<std::string, Tensor>& terms() const {
    return terms_;
  }

  // What was learned rides in the caller's transfer.
  void add_to(Transfer&);
  // Throws when a pass violates conservation.
  void settle(const Transfer&);

  // After settle: the step's passes, and its losses, unscaled, weighted by
  // their micro-batches' shares.
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] const std::vector<LossValue>& losses() const { return values_; }

  // Some controller moves this knob of the routing.
  [[nodiscard]] bool moves(RoutingState& routing, const char* knob) const {
    return controllers_.moves(routing, knob);
  }

  // Other controllers of the bias from now on, in place of the configured ones:
  // the conductor's way to take a knob over. Part of a checkpoint's state, and
  // to be set before `numbers` reads one.
  void conduct(const Controllers::Conducted&);
  [[nodiscard]] const Controllers::Conducted& conducted() const {
    return controllers_.conducted();
  }
  [[nodiscard]] BiasRule bias_rule(size_t layer) const {
    return controllers_.bias_rule(layer);
  }
  [[nodiscard]] const std::vector<NamedLoss>& losses_of(size_t layer) const {
    return objectives_.of(layer);
  }

  // The step was taken: controllers move knobs, parts learn.
  void end_step(int64_t step);
  void skip_step();

  // Every knob, and the state of the controllers.
  void numbers(const NumberVisitor&);

 private:
  struct Pending {
    LossValue value;
    Tensor tensor;
    double share;
    size_t place;
  };
  using StatisticKey = std::tuple<int32_t, std::string, int32_t>;

  void enter(const LayerPass&);
  void add_losses(const LayerPass&, size_t routing);
  void add_term(const std::string& name, const Tensor& weighted);
  void measure(const LayerPass&);
  // Every part of a layer, and its losses.
  void visit_parts(size_t layer, const PartVisitor&);

  Stack& stack_;
  Objectives objectives_;
  Controllers controllers_;
  Ledger ledger_;
  Tensor loss_;
  bool keeps_terms_ = false;
  std::map<std::string, Tensor> terms_;
  double share_ = 1;
  std::vector<Pending> pending_;
  std::vector<LossValue> values_;
  // By layer, part and micro-batch, so that recomputation overwrites.
  std::map<StatisticKey, Tensor> statistics_;
};

}  // namespace moestro
MOESTRO_API_END
