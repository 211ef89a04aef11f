// SPDX-License-Identifier: Apache-2.0
// Balanced assignment (BASE layers, 2103.16716): every expert gets at most
// ceil(T k / E) tokens, and the sum of choice scores is as large as an auction
// finds it. A token's experts depend on all other tokens: causal models refuse
// it.
//
// The solver runs on the host, so a pass waits for it: trait host_solver.
#include "moestro/plan/auction.h"

#include <ATen/ops/index_copy.h>

#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"
#include "moestro/tensor/host.h"

namespace moestro::selectors {
namespace auction_part {

struct Params {
  double gap = 0.002;
};

constexpr Param kParams[] = {param<&Params::gap>(
    "gap", "relative distance to the best sum that is good enough", {0, 1})};

// Rows of the tokens that take part.
Tensor real_rows(const Tensor& valid_T) {
  const auto valid = to_ints(valid_T);
  std::vector<int64_t> rows;
  for (size_t t = 0; t < valid.size(); ++t) {
    if (valid[t] != 0) {
      rows.push_back(static_cast<int64_t>(t));
    }
  }
  return at::tensor(rows, at::kLong);
}

// [R, K] for scores of R tokens; sums of scores stay finite.
Tensor solved(const Tensor& score_RE, int64_t k, double gap) {
  constexpr double kMost = 1e30;
  const auto scores = to_doubles(score_RE.clamp(-kMost, kMost));
  const auto tokens = score_RE.size(0), experts = score_RE.size(1);
  const std::vector<int64_t> capacity(
      static_cast<size_t>(experts), even_capacity(tokens, experts, k));
  const auto plan = auction_assignment(
      {.tokens = tokens,
       .experts = experts,
       .top_k = k,
       .scores_TE = scores,
       .capacity_E = capacity},
      {.gap = gap, .start_prices_E = {}});
  return at::tensor(
             std::vector<int64_t>(
                 plan.experts_TK.begin(), plan.experts_TK.end()),
             at::kLong)
      .view({tokens, k});
}

class Auction final : public Select {
 public:
  Auction(const Params& p, const PartSite&) : p_(p) {}

  Assignment select(const Scores& s, const RouteContext& ctx) const override {
    const auto choice_TE = rankable(s.choice_TE).to(at::kCPU);
    const auto row_R = real_rows(ctx.tokens.valid_T.mask());
    auto expert_TK = at::full({choice_TE.size(0), ctx.knobs.k}, -1, at::kLong);
    if (row_R.size(0) > 0) {
      expert_TK = expert_TK.index_copy(
          0,
          row_R,
          solved(choice_TE.index_select(0, row_R), ctx.knobs.k, p_.gap));
    }
    return assign(expert_TK.to(s.choice_TE.device()), choice_TE.size(1));
  }

  [[nodiscard]] bool causal() const override { return false; }

 private:
  Params p_;
};

}  // namespace auction_part

extern constinit const Variant<Select> auction = {
    .info =
        {.name = "auction",
         .summary = "the assignment with the best sum among the balanced ones",
         .paper = "2103.16716",
         .params = auction_part::kParams,
         .offers = {Trait::kFixedK, Trait::kHostSolver}},
    .make = make_part<Select, auction_part::Auction, auction_part::Params>};

}  // namespace moestro::selectors
