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

void visit_under(
    const std::string& prefix, Part& part, const TensorVisitor& visit) {
  part.tensors([&](const NamedTensor& inner) {
    NamedTensor outer = inner;
    outer.name = prefix + "." + inner.name;
    visit(outer);
  });
}

}  // namespace part_router_part

PartRouter::PartRouter(RouterParts parts) : parts_(std::move(parts)) {
  TORCH_CHECK(
      parts_.gate && parts_.score && parts_.select && parts_.admit &&
          parts_.weigh,
      "[PartRouter] gate, score, select, admit and weigh are given; got null");
}

void PartRouter::tensors(const TensorVisitor& visit) {
  using part_router_part::visit_under;
  visit_under("gate", *parts_.gate, visit);
  for (size_t i = 0; i < parts_.perturbs.size(); ++i) {
    visit_under("perturb." + std::to_string(i), *parts_.perturbs[i], visit);
  }
  visit_under("score", *parts_.score, visit);
  visit_under("select", *parts_.select, visit);
  visit_under("admit", *parts_.admit, visit);
  visit_under("weigh", *parts_.weigh, visit);
}

Routing PartRouter::route(const Tensor& x_TD, const RouteContext& ctx) const {
  auto in_TD = zero_padding(part_router_part::exact(x_TD), ctx.tokens);
  for (const auto& perturb : parts_.perturbs) {
    in_TD = perturb->input(in_TD, ctx);
  }
  const auto raw = parts_.gate->gate(in_TD, ctx);
  auto noisy = raw;
  for (const auto& perturb : parts_.perturbs) {
    noisy = perturb->logits(std::move(noisy), in_TD, ctx);
  }
  Routing r;
  r.scores = score(raw, noisy, ctx);
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

Scores PartRouter::score(
    const Logits& raw, const Logits& noisy, const RouteContext& ctx) const {
  const auto live_TE =
      parts_.score->score(cooled(noisy.live, ctx.knobs.temperature))
          .to(noisy.live.scalar_type());
  const auto& behind = noisy.choice.defined() ? noisy.choice : noisy.live;
  return {
      .clean_TE = raw.live,
      .logits_TE = noisy.live,
      .spread_TE = noisy.spread_TE,
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
  if (ctx.bias_E.defined()) {
    choice_TE = choice_TE + ctx.bias_E;
  }
  return rankable(choice_TE);
}

Tensor PartRouter::rows_ED() const {
  return parts_.gate->rows_ED();
}

Tensor PartRouter::measure(const Routing& r, const RouteContext& ctx) const {
  return parts_.gate->measure(r, ctx);
}

void PartRouter::after_step(const Tensor& total, int64_t step) {
  parts_.gate->after_step(total, step);
}

}  // namespace moestro
