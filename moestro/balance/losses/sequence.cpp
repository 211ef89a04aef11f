// SPDX-License-Identifier: Apache-2.0
// E * sum f_e P_e for each sequence by itself, then the mean over sequences
// that hold a real token (DeepSeek-V3, 2412.19437, eq. 17-20).
//
// Counts "chosen" takes f from the experts that the tokens ask for. The paper's
// f counts the k best scores instead, without bias and groups: "unbiased". The
// two agree where neither is in use. The published form pulls towards balance
// of the raw scores, against a bias that balances the choices.
#include "moestro/balance/loss.h"
#include "moestro/ops/assign.h"

namespace moestro::losses {
namespace sequence_part {

struct Params {
  double weight = 1e-4;
  std::string_view counts = "chosen";
};

constexpr Param kParams[] = {
    weight_param<Params>(),
    param<&Params::counts>(
        "counts",
        "whom demand counts: the chosen experts, or (published) the k best "
        "scores without bias and groups")
        .with({.choices = "chosen,unbiased"})};

Tensor mean_over_sequences(const Tensor& demand_SE, const Sums& s) {
  const auto n_SE = demand_SE.to(s.prob_SE.scalar_type());
  const auto f_SE = n_SE / n_SE.sum(1, true).clamp_min(1);
  const auto p_SE = s.prob_SE / s.valid_S.unsqueeze(1).clamp_min(1);
  const auto real = s.valid_S.gt(0).sum().clamp_min(1);
  return s.prob_SE.size(1) * (f_SE * p_SE).sum() / real;
}

Tensor chosen_value(const LossView& v) {
  return mean_over_sequences(v.sums.demand_SE, v.sums);
}

Tensor unbiased_value(const LossView& v) {
  const auto& s = v.routing.scores;
  TORCH_CHECK(
      s.live_TE.defined(),
      "[sequence] counts=unbiased reads all scores; got live_TE=undefined");
  const auto expert_TK =
      best(s.live_TE.detach(), s.logits_TE.detach(), v.context.knobs.k);
  const auto pairs = assign(expert_TK, s.live_TE.size(1));
  return mean_over_sequences(
      demand_by_sequence(pairs, v.context.tokens), v.sums);
}

std::unique_ptr<Loss> make(Given given, const PartSite&) {
  const auto p = params_of<Params>(given);
  return std::make_unique<FormulaLoss>(
      p.counts == "chosen" ? chosen_value : unbiased_value, p.weight);
}

}  // namespace sequence_part

extern constinit const Variant<Loss> sequence_loss = {
    .info =
        {.name = "sequence",
         .summary = "demand times probability, per sequence",
         .paper = "2412.19437",
         .params = sequence_part::kParams},
    .make = sequence_part::make};

}  // namespace moestro::losses
