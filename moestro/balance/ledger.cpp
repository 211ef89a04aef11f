// SPDX-License-Identifier: Apache-2.0
// Counts come from integer tensors of the pass. Tokens and demand are read from
// different ones (per sequence, per expert) and must agree.
#include "moestro/balance/ledger.h"

#include <limits>
#include <numeric>

#include "moestro/ops/lacking.h"
#include "moestro/tensor/host.h"

namespace moestro {
namespace ledger_part {

constexpr int32_t kAllMicro = std::numeric_limits<int32_t>::max();

Routing detached(const Routing& r) {
  Routing kept;
  kept.pairs.demand_E = r.pairs.demand_E.detach();
  kept.pairs.offset_E1 = r.pairs.offset_E1.detach();
  const auto& s = r.sums;
  kept.sums = {
      .valid_S = s.valid_S.detach(),
      .demand_SE = s.demand_SE.detach(),
      .first_SE = s.first_SE.detach(),
      .prob_SE = s.prob_SE.detach(),
      .mass_SE = s.mass_SE.detach(),
      .lse2_S = s.lse2_S.detach(),
      .entropy_S = s.entropy_S.detach(),
      .extremes = s.extremes.detach()};
  return kept;
}

// Every tensor of a pass that goes to the host.
template <class Pass, class Visit>
void visit_tensors(Pass& p, Visit visit) {
  for (auto* t :
       {&p.routing.pairs.demand_E,
        &p.routing.pairs.offset_E1,
        &p.routing.sums.valid_S,
        &p.routing.sums.demand_SE,
        &p.routing.sums.first_SE,
        &p.routing.sums.prob_SE,
        &p.routing.sums.mass_SE,
        &p.routing.sums.lse2_S,
        &p.routing.sums.entropy_S,
        &p.routing.sums.extremes,
        &p.scores_TE,
        &p.lacking_EB}) {
    if (t->defined()) {
      visit(*t);
    }
  }
}

Counts counts_of(const RoutedPass& p) {
  const auto& s = p.routing.sums;
  return {
      .tokens = total(to_ints(s.valid_S)),
      .demand = to_ints(p.routing.pairs.demand_E),
      .kept = to_ints(p.routing.pairs.offset_E1.diff()),
      .first = to_ints(s.first_SE.sum(0))};
}

Totals totals_of(const RoutedPass& p) {
  Totals t{.counts = counts_of(p)};
  if (p.scores_TE.defined()) {
    t.scores = real_rows(p.scores_TE);
  }
  if (p.lacking_EB.defined()) {
    t.lacking = to_ints(p.lacking_EB);
  }
  return t;
}

// Padding asks for nobody, nobody is served without asking, and k experts a
// token are k experts a token.
void check(const Counts& t, const RoutedPass& p) {
  const auto layer = p.at.layer;
  const auto& demand_SE = p.routing.sums.demand_SE;
  TORCH_CHECK(
      to_ints(demand_SE.sum(0)) == t.demand,
      "[ledger] only valid tokens ask for experts; got layer=",
      layer,
      " demand=",
      total(t.demand),
      " of valid tokens=",
      demand_SE.sum().item<double>());
  for (size_t e = 0; e < t.demand.size(); ++e) {
    TORCH_CHECK(
        t.kept[e] >= 0 && t.kept[e] <= t.demand[e],
        "[ledger] kept + dropped = demand; got layer=",
        layer,
        " expert=",
        e,
        " kept=",
        t.kept[e],
        " demand=",
        t.demand[e]);
  }
  const auto want = t.tokens * p.promised_k;
  TORCH_CHECK(
      p.promised_k == 0 || total(t.demand) == want,
      "[ledger] demand = valid tokens * k; got layer=",
      layer,
      " demand=",
      total(t.demand),
      " expected=",
      want);
}

}  // namespace ledger_part

void Ledger::want(const Place& place, Statistic statistic) {
  auto& known = wanted_[place];
  known = std::max(known, statistic);
}

RoutedPass Ledger::pass_of(
    const Routing& r, const RouteContext& ctx, Statistic wanted) const {
  RoutedPass p{
      .at = ctx.at,
      .routing = ledger_part::detached(r),
      .promised_k = r.fixed_k ? ctx.knobs.k : 0};
  if (wanted == Statistic::kScores) {
    p.scores_TE = scores_of_real(r.scores, ctx);
  } else if (wanted == Statistic::kLacking) {
    p.lacking_EB = lacking_counts(r.scores, ctx);
  }
  return p;
}

void Ledger::enter(
    const Routing& r, const RouteContext& ctx, std::string_view routing) {
  TORCH_CHECK(
      ctx.phase != Phase::kEvaluate,
      "[ledger] training passes are counted; got phase=evaluate");
  const Place place{ctx.at.layer, std::string(routing)};
  const auto wanted = wanted_.find(place);
  passes_[{place.first, place.second, ctx.at.micro}] = pass_of(
      r, ctx, wanted == wanted_.end() ? Statistic::kNone : wanted->second);
}

Sums Ledger::with_scope(
    Sums sums,
    Scope scope,
    const RouteContext& ctx,
    std::string_view routing) const {
  if (scope == Scope::kMicro || ctx.phase == Phase::kEvaluate) {
    return sums;
  }
  const auto last =
      scope == Scope::kBuffer ? ctx.at.micro : ledger_part::kAllMicro;
  const std::string name(routing);
  Tensor demand_1E, first_1E;
  const auto end = passes_.upper_bound({ctx.at.layer, name, last});
  for (auto it = passes_.lower_bound({ctx.at.layer, name, 0}); it != end;
       ++it) {
    const auto demand = it->second.routing.sums.demand_SE.sum(0, true);
    const auto first = it->second.routing.sums.first_SE.sum(0, true);
    demand_1E = demand_1E.defined() ? demand_1E + demand : demand;
    first_1E = first_1E.defined() ? first_1E + first : first;
  }
  TORCH_CHECK(
      demand_1E.defined(),
      "[ledger] a pass is entered before its losses are formed; got layer=",
      ctx.at.layer,
      " step=",
      ctx.at.step,
      " micro=",
      ctx.at.micro);
  sums.first_SE = first_1E;
  sums.demand_SE = demand_1E;
  return sums;
}

void Ledger::add_to(Transfer& transfer) {
  places_.clear();
  for (const auto& [key, pass] : passes_) {
    ledger_part::visit_tensors(
        pass, [&](const Tensor& t) { places_.push_back(transfer.add(t)); });
  }
}

void Ledger::settle(const Transfer& transfer) {
  auto place = places_.begin();
  for (auto& [key, pass] : passes_) {
    ledger_part::visit_tensors(
        pass, [&](Tensor& t) { t = transfer.at(*place++); });
    ledger_part::check(ledger_part::counts_of(pass), pass);
  }
}

Totals Ledger::totals(int32_t layer, std::string_view routing) const {
  const std::string name(routing);
  const auto end = passes_.upper_bound({layer, name, ledger_part::kAllMicro});
  Totals all;
  for (auto it = passes_.lower_bound({layer, name, 0}); it != end; ++it) {
    all.add(ledger_part::totals_of(it->second));
  }
  return all;
}

}  // namespace moestro
