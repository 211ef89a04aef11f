// SPDX-License-Identifier: Apache-2.0
// ln E - H(mean p), in nats (Mod-Squad, 2212.08066): 0 when all experts have
// the same mean probability, ln E when one has everything.
#include "moestro/balance/shares.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::losses {
namespace marginal_entropy_part {

struct Params {
  double weight = 1e-3;
};

constexpr Param kParams[] = {param<&Params::weight>(
    "weight",
    "factor of the loss in the sum that training minimises",
    {0, 1e6})};

class MarginalEntropy final : public Loss {
 public:
  MarginalEntropy(const Params& p, const PartSite&) : p_(p) {}

  Tensor value(const LossView& v) const override {
    const auto experts = static_cast<double>(v.sums.prob_SE.size(1));
    const auto missing = std::log(experts) - entropy(mean_prob(v.sums));
    return missing * v.sums.valid_S.sum().gt(0);
  }
  double weight() const override { return p_.weight; }

 private:
  Params p_;
};

}  // namespace marginal_entropy_part

extern constinit const Variant<Loss> marginal_entropy_loss = {
    .info =
        {.name = "marginal-entropy",
         .summary = "equal mean probabilities",
         .paper = "2212.08066",
         .params = marginal_entropy_part::kParams},
    .make = make_part<
        Loss,
        marginal_entropy_part::MarginalEntropy,
        marginal_entropy_part::Params>};

}  // namespace moestro::losses
