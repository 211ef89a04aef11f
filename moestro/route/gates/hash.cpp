// SPDX-License-Identifier: Apache-2.0
// The vocabulary id alone picks the experts (Hash Layers, 2106.04426): a token
// meets the same k experts for ever, so nothing can collapse and nothing can
// specialise by context. A trained row per expert only weighs what they say.
//
// The table is drawn, not trained: for each id the k experts with the smallest
// draws, keyed by (seed, layer, id).
#include <limits>
#include <numeric>

#include <ATen/ops/full_like.h>

#include "moestro/base/philox.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"
#include "moestro/tensor/initial.h"

namespace moestro::gates {
namespace hash_part {

std::vector<int64_t> experts_of(int64_t id, const PartSite& site) {
  const DrawKey key{
      .seed = site.seed,
      .stream = stream_of("gate.hash"),
      .layer = static_cast<uint32_t>(site.layer)};
  const auto count = static_cast<size_t>(site.num_experts);
  std::vector<uint32_t> draws(count);
  for (size_t e = 0; e < count; ++e) {
    draws[e] = draw(
        key, static_cast<uint64_t>(id), static_cast<uint32_t>(e / 4))[e % 4];
  }
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), int64_t{0});
  std::ranges::stable_sort(
      order, {}, [&draws](int64_t e) { return draws[static_cast<size_t>(e)]; });
  order.resize(static_cast<size_t>(site.top_k));
  return order;
}

Tensor table_of(const PartSite& site) {
  std::vector<int64_t> flat;
  for (int64_t id = 0; id < site.vocabulary; ++id) {
    const auto experts = experts_of(id, site);
    flat.insert(flat.end(), experts.begin(), experts.end());
  }
  return at::tensor(flat, at::kLong).view({site.vocabulary, site.top_k});
}

class Hash final : public Gate {
 public:
  explicit Hash(const PartSite& site)
      : rows_ED_(trained(initial_normal(
            {site.num_experts, site.model_dim},
            site.init_std,
            {site.seed, site.layer, "gate.hash.weight"}))),
        table_VK_(table_of(site)) {}

  void tensors(const TensorVisitor& visit) override {
    visit(
        {.name = "weight",
         .value = rows_ED_,
         .role = Role::kRouter,
         .expert_dim = 0});
    visit(
        {.name = "table",
         .value = table_VK_,
         .role = Role::kRouter,
         .trained = false});
  }

  Logits gate(const Tensor& x_TD, const RouteContext& ctx) const override {
    TORCH_CHECK_VALUE(
        ctx.tokens.id_T.defined(), "[hash] tokens have ids; got none");
    const auto live_TE = x_TD.mm(rows_ED_.to(x_TD.scalar_type()).t());
    const auto pick_TK = table_VK_.index_select(0, ctx.tokens.id_T);
    const auto choice_TE =
        at::full_like(
            live_TE.detach(), -std::numeric_limits<double>::infinity())
            .scatter(1, pick_TK, 0);
    return {.live = live_TE, .choice = choice_TE};
  }

  Tensor rows_ED() const override { return rows_ED_; }

 private:
  Tensor rows_ED_, table_VK_;
};

}  // namespace hash_part

extern constinit const Variant<Gate> hash = {
    .info =
        {.name = "hash",
         .summary = "a drawn table from vocabulary ids to experts",
         .paper = "2106.04426",
         .needs = {Trait::kTokenIds},
         .offers = {Trait::kCausal, Trait::kRows, Trait::kEquivariant}},
    .make = make_plain<Gate, hash_part::Hash>};

}  // namespace moestro::gates
