// SPDX-License-Identifier: Apache-2.0
// The readable router: six parts in a row, ATen operators only.
#pragma once

#include <memory>
#include <vector>

#include "moestro/ops/part.h"

namespace moestro {

struct RouterParts {
  std::unique_ptr<Gate> gate;
  std::vector<std::unique_ptr<Perturb>> perturbs;  // in order
  std::unique_ptr<Score> score;
  std::unique_ptr<Select> select;
  std::unique_ptr<Admit> admit;
  std::unique_ptr<Weigh> weigh;
  bool fixed_k = false;  // trait kFixedK of the selector
};

class PartRouter final : public Router {
 public:
  explicit PartRouter(RouterParts parts);

  void tensors(const TensorVisitor&) override;
  [[nodiscard]] Routing route(
      const Tensor& x_TD, const RouteContext&) const override;
  [[nodiscard]] Tensor rows_ED() const override;

  // Of the gate: no other part of a router learns from a batch.
  [[nodiscard]] Tensor measure(
      const Routing&, const RouteContext&) const override;
  void after_step(const Tensor& total, int64_t step) override;

 private:
  [[nodiscard]] Scores score(
      const Logits& raw, const Logits& noisy, const RouteContext&) const;
  [[nodiscard]] Tensor choice(
      const Logits&, const Tensor& live_TE, const RouteContext&) const;

  RouterParts parts_;
};

}  // namespace moestro
