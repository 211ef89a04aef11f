// SPDX-License-Identifier: Apache-2.0
// The k best experts of each token (Shazeer et al., 1701.06538), by stable sort
// in fp32: near ties don't depend on the batch. Equal scores are ranked by
// their logits (softmax of 110, 1, 2, 3 is 1, 0, 0, 0 in single precision),
// equal logits by the lower index. `at::topk` promises neither.
#include "moestro/base/error.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::selectors {
namespace top_k_part {

class TopK final : public Select {
 public:
  explicit TopK(const PartSite& site) {
    if (site.top_k < 1 || site.top_k > site.num_experts) {
      fail_configuration(
          "moe.top_k lies between 1 and the number of experts; got moe.top_k=" +
          std::to_string(site.top_k) +
          " moe.experts=" + std::to_string(site.num_experts));
    }
  }

  Assignment select(const Scores& s, const RouteContext& ctx) const override {
    const auto expert_TK = best(s.choice_TE, s.tie_TE, ctx.knobs.k);
    return assign(without_padding(expert_TK, ctx), s.choice_TE.size(1));
  }
};

}  // namespace top_k_part

extern constinit const Variant<Select> top_k = {
    .info =
        {.name = "top-k",
         .summary = "the k best experts of each token",
         .paper = "1701.06538",
         .offers = {Trait::kCausal, Trait::kFixedK, Trait::kEquivariant}},
    .make = make_plain<Select, top_k_part::TopK>};

}  // namespace moestro::selectors
