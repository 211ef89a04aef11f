// SPDX-License-Identifier: Apache-2.0
// What balance losses have in common: a weight, and that the rest is a formula.
#pragma once

#include "moestro/balance/shares.h"
#include "moestro/base/api.h"
#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro {

// Params has a member `weight`.
template <class Params>
constexpr Param weight_param() {
  return param<&Params::weight>(
      "weight",
      "factor of the loss in the sum that training minimises",
      {0, 1e6});
}

// Parameters of a loss that has no others.
template <double kPreset>
struct LossWeight {
  double weight = kPreset;
  static const Param kParams[1];
};
template <double kPreset>
constexpr Param LossWeight<kPreset>::kParams[1] = {
    weight_param<LossWeight<kPreset>>()};

using LossFormula = Tensor (*)(const LossView&);

class FormulaLoss final : public Loss {
 public:
  FormulaLoss(LossFormula formula, double weight, Scope scope = Scope::kMicro)
      : formula_(formula), weight_(weight), scope_(scope) {}

  [[nodiscard]] Tensor value(const LossView& view) const override {
    return formula_(view);
  }
  [[nodiscard]] double weight() const override { return weight_; }
  [[nodiscard]] Scope scope() const override { return scope_; }

 private:
  LossFormula formula_;
  double weight_;
  Scope scope_;
};

// A loss of this forward whose only parameter is its weight.
template <class Params, LossFormula kFormula>
std::unique_ptr<Loss> make_loss(Given given, const PartSite&) {
  return std::make_unique<FormulaLoss>(
      kFormula, params_of<Params>(given).weight);
}

}  // namespace moestro
MOESTRO_API_END
