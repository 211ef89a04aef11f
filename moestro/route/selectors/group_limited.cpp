// SPDX-License-Identifier: Apache-2.0
// Node-limited routing of DeepSeek-V3 (2412.19437, 2.1.2): experts lie in equal
// groups; a token keeps the groups with the largest sum of their two best
// biased scores, then takes its k best experts there.
//
// Experts of the other groups are put to -inf, not to 0: biased scores may all
// be negative, and a 0 would then win (DeepSeek-V3#741, vllm#13474).
#include <limits>

#include "moestro/base/error.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::selectors {
namespace group_limited_part {

struct Params {
  int64_t groups = 1, group_topk = 1;
};

constexpr Param kParams[] = {
    param<&Params::groups>("groups", "equal groups of experts", {1, 65536})
        .with({.aliases = "moe.groups,moe.n_group,moe.moe_router_num_groups"}),
    param<&Params::group_topk>(
        "group_topk", "groups that a token may use", {1, 65536})
        .with(
            {.aliases = "moe.group_topk,moe.topk_group,"
                        "moe.moe_router_group_topk"})};

void check(const Params& p, const PartSite& site) {
  if (site.num_experts % p.groups != 0) {
    fail_configuration(
        "moe.select.groups (moe.groups) divides moe.experts; got " +
            std::to_string(p.groups) + " groups of " +
            std::to_string(site.num_experts) + " experts",
        "moe.select.groups");
  }
  if (p.group_topk > p.groups) {
    fail_configuration(
        "moe.select.group_topk (moe.group_topk) is at most the number of "
        "groups; got " +
            std::to_string(p.group_topk) + " of " + std::to_string(p.groups),
        "moe.select.group_topk");
  }
  const auto reach = p.group_topk * (site.num_experts / p.groups);
  if (site.top_k < 1 || site.top_k > reach) {
    fail_configuration(
        "moe.top_k lies between 1 and the experts of moe.select.group_topk "
        "groups; got moe.top_k=" +
            std::to_string(site.top_k) + " and " + std::to_string(reach) +
            " such experts",
        "moe.top_k");
  }
}

// A quarter of the lowest score is finite when two of them are added.
double floor_of(const Tensor& score) {
  return lowest(score.scalar_type()) / 4;
}

class GroupLimited final : public Select {
 public:
  GroupLimited(const Params& p, const PartSite& site)
      : groups_(p.groups), kept_(p.group_topk) {
    check(p, site);
  }

  Assignment select(const Scores& s, const RouteContext& ctx) const override {
    const auto expert_TK = best(within_groups(s), s.tie_TE, ctx.knobs.k);
    return assign(without_padding(expert_TK, ctx), s.choice_TE.size(1));
  }

 private:
  // Choice scores with -inf outside of the kept groups.
  [[nodiscard]] Tensor within_groups(const Scores& s) const {
    if (kept_ == groups_) {
      return s.choice_TE;
    }
    const auto allowed_TE = allowed(rankable(s.choice_TE), rankable(s.tie_TE));
    return s.choice_TE.masked_fill(
        allowed_TE.logical_not(), -std::numeric_limits<double>::infinity());
  }

  // Equal sums are ranked by the logsumexp of the two logits: of scores that
  // underflow it is the logarithm of the exact sum.
  [[nodiscard]] Tensor allowed(
      const Tensor& choice_TE, const Tensor& tie_TE) const {
    const auto tokens = choice_TE.size(0);
    const auto size = choice_TE.size(1) / groups_;
    const auto score_TGE =
        choice_TE.clamp_min(floor_of(choice_TE)).view({tokens, groups_, size});
    const auto tie_TGE = tie_TE.view({tokens, groups_, size});
    const auto two_TG2 =
        ranked(score_TGE, tie_TGE).narrow(2, 0, std::min<int64_t>(2, size));
    const auto group_TG = score_TGE.gather(2, two_TG2).sum(2);
    const auto group_tie_TG = tie_TGE.gather(2, two_TG2).logsumexp(2);
    const auto kept_TG =
        at::zeros_like(group_TG, at::kBool)
            .scatter(1, best(group_TG, group_tie_TG, kept_), true);
    return kept_TG.unsqueeze(2)
        .expand({tokens, groups_, size})
        .reshape({tokens, groups_ * size});
  }

  int64_t groups_, kept_;
};

}  // namespace group_limited_part

extern constinit const Variant<Select> group_limited = {
    .info =
        {.name = "group-limited",
         .summary = "the k best experts within the best groups",
         .paper = "2412.19437",
         .params = group_limited_part::kParams,
         .offers = {Trait::kCausal, Trait::kFixedK, Trait::kEquivariant}},
    .make = make_part<
        Select,
        group_limited_part::GroupLimited,
        group_limited_part::Params>};

}  // namespace moestro::selectors
