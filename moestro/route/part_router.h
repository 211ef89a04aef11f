// SPDX-License-Identifier: Apache-2.0
// The readable router: six parts in a row, ATen operators only.
#pragma once

#include "moestro/base/api.h"
#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro {

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
MOESTRO_API_END
