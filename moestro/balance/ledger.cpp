// SPDX-License-Identifier: Apache-2.0
// Counts come from integer tensors of the pass. Tokens and demand are read from
// different ones (per sequence, per expert) and must agree.
#include "moestro/balance/ledger.h"

#include <limits>
#include <numeric>

#include "moestro/tensor/host.h"

namespace moestro {
namespace ledger_part {

constexpr int32_t kAllMicro = std::numeric_limits<int32_t>::max();

int64_t total(const std::vector<int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

void add_to(std::vector<int64_t>& sum, const std::vector<int64_t>& more) {
  sum.resize(std::max(sum.size(), more.size()), 0);
  for (size_t e = 0; e < more.size(); ++e) {
    sum[e] += more[e];
  }
}

Count count_of(const Routing& r) {
  const auto offset = to_ints(r.pairs.offset_E1);
  Count count;
  count.tokens = total(to_ints(r.sums.valid_S));
  count.demand = to_ints(r.pairs.demand_E);
  count.first = to_ints(r.sums.first_SE.sum(0));
  for (size_t e = 0; e + 1 < offset.size(); ++e) {
    count.kept.push_back(offset[e + 1] - offset[e]);
  }
  return count;
}

// Padding asks for nobody, nobody is served without asking, and k experts a
// token are k experts a token.
void check(const Count& count, const Routing& r, const RouteContext& ctx) {
  const auto layer = ctx.at.layer;
  TORCH_CHECK(
      to_ints(r.sums.demand_SE.sum(0)) == count.demand,
      "[ledger] only valid tokens ask for experts; got layer=",
      layer,
      " demand=",
      total(count.demand),
      " of valid tokens=",
      r.sums.demand_SE.sum().item<int64_t>());
  for (size_t e = 0; e < count.demand.size(); ++e) {
    TORCH_CHECK(
        count.kept[e] >= 0 && count.kept[e] <= count.demand[e],
        "[ledger] kept + dropped = demand; got layer=",
        layer,
        " expert=",
        e,
        " kept=",
        count.kept[e],
        " demand=",
        count.demand[e]);
  }
  if (r.fixed_k) {
    const auto want = count.tokens * ctx.knobs.k;
    TORCH_CHECK(
        total(count.demand) == want,
        "[ledger] demand = valid tokens * k; got layer=",
        layer,
        " demand=",
        total(count.demand),
        " expected=",
        want);
  }
}

Tensor to_row(const std::vector<int64_t>& counts, const Tensor& like) {
  const auto row_1E = at::tensor(counts, at::kLong).view({1, like.size(1)});
  return row_1E.to(like.device());
}

}  // namespace ledger_part

std::vector<int64_t> Count::dropped() const {
  auto rest = demand;
  for (size_t e = 0; e < kept.size(); ++e) {
    rest[e] -= kept[e];
  }
  return rest;
}

void Count::add(const Count& more) {
  tokens += more.tokens;
  ledger_part::add_to(demand, more.demand);
  ledger_part::add_to(kept, more.kept);
  ledger_part::add_to(first, more.first);
}

void Ledger::enter(
    const Routing& r, const RouteContext& ctx, std::string_view routing) {
  auto count = ledger_part::count_of(r);
  ledger_part::check(count, r, ctx);
  const std::string name(routing);
  if (ctx.phase == Phase::kEvaluate) {
    evaluated_[{ctx.at.layer, name}].add(count);
    return;
  }
  passes_[{ctx.at.step, ctx.at.layer, name, ctx.at.micro}] = std::move(count);
}

Count Ledger::sum(
    const LayerKey& layer, int64_t step, int32_t last_micro) const {
  const auto& [number, name] = layer;
  const auto begin = passes_.lower_bound({step, number, name, 0});
  const auto end = passes_.upper_bound({step, number, name, last_micro});
  Count all;
  for (auto it = begin; it != end; ++it) {
    all.add(it->second);
  }
  return all;
}

Count Ledger::trained(
    int64_t step, int32_t layer, std::string_view routing) const {
  return sum({layer, std::string(routing)}, step, ledger_part::kAllMicro);
}

Totals Ledger::totals(
    int64_t step, int32_t layer, std::string_view routing) const {
  auto count = trained(step, layer, routing);
  return {
      .tokens = count.tokens,
      .demand = std::move(count.demand),
      .histograms = {}};
}

Count Ledger::evaluated(int32_t layer, std::string_view routing) const {
  const auto found = evaluated_.find({layer, std::string(routing)});
  return found == evaluated_.end() ? Count{} : found->second;
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
  const auto count =
      sum({ctx.at.layer, std::string(routing)}, ctx.at.step, last);
  TORCH_CHECK(
      !count.demand.empty(),
      "[ledger] a pass is entered before its losses are formed; got layer=",
      ctx.at.layer,
      " step=",
      ctx.at.step,
      " micro=",
      ctx.at.micro);
  sums.first_SE = ledger_part::to_row(count.first, sums.demand_SE);
  sums.demand_SE = ledger_part::to_row(count.demand, sums.demand_SE);
  return sums;
}

}  // namespace moestro
