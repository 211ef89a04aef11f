// SPDX-License-Identifier: Apache-2.0
// Weights come from the live scores, selection from the choice scores: only
// they carry the bias, and no gradient passes through them.
#include "moestro/route/part_router.h"

#include <limits>
#include <utility>

#include "moestro/ops/assign.h"

namespace moestro {
namespace part_router_part {

constexpr double kForbidden = -std::numeric_limits<double>::infinity();

// fp32 whatever the model's type; double stays for checks of gradients.
Tensor exact(const Tensor& x) {
  return x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
}

}  // namespace part_router_part

PartRouter::PartRouter(RouterParts parts) : parts_(std::move(parts)) {
  TORCH_CHECK(
      parts_.gate && parts_.score && parts_.select && parts_.admit &&
          parts_.weigh,
      "[PartRouter] gate, score, select, admit and weigh are given; got null");
}

void PartRouter::visit_each(
    const std::function<void(const std::string& prefix, Part&)>& visit) {
  visit("gate.", *parts_.gate);
  for (size_t i = 0; i < parts_.perturbs.size(); ++i) {
    visit("perturb." + std::to_string(i) + ".", *parts_.perturbs[i]);
  }
  visit("score.", *parts_.score);
  visit("select.", *parts_.select);
  visit("admit.", *parts_.admit);
  visit("weigh.", *parts_.weigh);
}

void PartRouter::tensors(const TensorVisitor& visit) {
  visit_each([&visit](const std::string& prefix, Part& part) {
    part.tensors(prefixed(visit, prefix));
  });
}

void PartRouter::parts(const PartVisitor& visit) {
  visit({}, *this);
  visit_each([&visit](const std::string& prefix, Part& part) {
    part.parts(prefixed(visit, prefix));
  });
}

Routing PartRouter::route(const Tensor& x_TD, const RouteContext& ctx) const {
  auto in_TD = zero_padding(part_router_part::exact(x_TD), ctx.tokens);
  for (const auto& perturb : parts_.perturbs) {
    in_TD = perturb->input(in_TD, ctx);
  }
  auto noisy = parts_.gate->gate(in_TD, ctx);
  for (const auto& perturb : parts_.perturbs) {
    noisy = perturb->logits(std::move(noisy), in_TD, ctx);
  }
  Routing r;
  r.scores = score(noisy, ctx);
  r.pairs =
      parts_.admit->admit(parts_.select->select(r.scores, ctx), r.scores, ctx);
  r.weight_N = parts_.weigh->weigh(r.pairs, r.scores, *parts_.score);
  const auto prob_TE =
      parts_.score->probabilities(cooled(noisy.live, ctx.knobs.temperature));
  r.sums = sum_up(
      r.pairs, r.weight_N, r.scores, prob_TE.to(noisy.live.scalar_type()), ctx);
  r.terms = std::move(noisy.terms);
  // A gate that chooses may forbid; a forbidden slot stays unused.
  r.fixed_k = parts_.fixed_k && !noisy.choice.defined();
  return r;
}

Scores PartRouter::score(const Logits& noisy, const RouteContext& ctx) const {
  const auto live_TE =
      parts_.score->score(cooled(noisy.live, ctx.knobs.temperature))
          .to(noisy.live.scalar_type());
  const auto& behind = noisy.choice.defined() ? noisy.choice : noisy.live;
  return {
      .logits_TE = noisy.live,
      .live_TE = live_TE,
      .choice_TE = choice(noisy, live_TE, ctx),
      .tie_TE = part_router_part::exact(behind.detach()),
      .temperature = ctx.knobs.temperature};
}

// A gate's own choice passes through the same score: old or foreign logits are
// ranked on the scale that the bias was learned on.
Tensor PartRouter::choice(
    const Logits& l, const Tensor& live_TE, const RouteContext& ctx) const {
  auto choice_TE = live_TE.detach();
  if (l.choice.defined()) {
    const auto own_TE = part_router_part::exact(l.choice.detach());
    choice_TE =
        parts_.score->score(cooled(own_TE, ctx.knobs.temperature))
            .to(own_TE.scalar_type())
            .masked_fill(own_TE.isneginf(), part_router_part::kForbidden);
  }
  return rankable(biased(choice_TE, ctx));
}

Tensor PartRouter::rows_ED() const {
  return parts_.gate->rows_ED();
}

}  // namespace moestro
