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
  void parts(const PartVisitor&) override;
  [[nodiscard]] Routing route(
      const Tensor& x_TD, const RouteContext&) const override;
  [[nodiscard]] Tensor rows_ED() const override;

 private:
  [[nodiscard]] Scores score(const Logits& noisy, const RouteContext&) const;
  void visit_each(const std::function<void(const std::string& prefix, Part&)>&);
  [[nodiscard]] Tensor choice(
      const Logits&, const Tensor& live_TE, const RouteContext&) const;

  RouterParts parts_;
};

}  // namespace moestro
MOESTRO_API_END
