// SPDX-License-Identifier: Apache-2.0
// A bank of feed-forward experts; the activation is the variant.
#pragma once

#include "moestro/base/api.h"
#include "moestro/ops/experts.h"
#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro {

class FeedForwardExperts : public Experts {
 public:
  FeedForwardExperts(const PartSite&, Activation);

  void tensors(const TensorVisitor&) override;
  [[nodiscard]] Tensor forward(
      const Tensor& x_TD,
      const Assignment&,
      const Tensor& weight_N) const override;
  [[nodiscard]] Tensor merged(
      const Tensor& x_SLD, const Tensor& mix_SE) const override;
  [[nodiscard]] Tensor dense(const Tensor& x) const override;

 private:
  Activation activation_;
  Tensor up_EFD_, down_EDF_;
};

// For the variants: a class per activation, so that the table can make it.
template <Activation kActivation>
class FeedForwardOf final : public FeedForwardExperts {
 public:
  explicit FeedForwardOf(const PartSite& site)
      : FeedForwardExperts(site, kActivation) {}
};

}  // namespace moestro
MOESTRO_API_END
