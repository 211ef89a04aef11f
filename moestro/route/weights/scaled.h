// SPDX-License-Identifier: Apache-2.0
// What combine weights have in common: a share of each token and expert, read
// where a pair is served, times the routing scale.
#pragma once

#include <memory>
#include <string>

#include "moestro/base/api.h"
#include "moestro/base/error.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro::weights {

struct ScaleParams {
  double scale = 1;
};

inline constexpr Param kScaleParams[] = {
    param<&ScaleParams::scale>(
        "scale", "factor of all combine weights", {0, 1e9})
        .with(
            {.aliases = "moe.route_scale,moe.routed_scaling_factor,"
                        "moe.moe_router_topk_scaling_factor"})};

// -> share_TE, differentiable.
using ShareFormula = Tensor (*)(const Assignment&, const Scores&, const Score&);

class ScaledWeigh final : public Weigh {
 public:
  ScaledWeigh(ShareFormula formula, double scale)
      : formula_(formula), scale_(scale) {}

  [[nodiscard]] Tensor weigh(
      const Assignment& pairs,
      const Scores& s,
      const Score& score) const override {
    const auto share_TE = formula_(pairs, s, score).to(s.live_TE.scalar_type());
    return at::where(served(pairs), at_pairs(share_TE, pairs), 0) * scale_;
  }

 private:
  ShareFormula formula_;
  double scale_;
};

template <ShareFormula kFormula>
std::unique_ptr<Weigh> make_scaled(Given given, const PartSite&) {
  return std::make_unique<ScaledWeigh>(
      kFormula, params_of<ScaleParams>(given).scale);
}

// The same for shares of the chosen: one expert's would be 1 whatever the
// router says.
template <ShareFormula kFormula>
std::unique_ptr<Weigh> make_share_of_chosen(
    std::string_view name, Given given, const PartSite& site) {
  if (site.top_k == 1 && !site.allow_dead_router) {
    fail_configuration(
        "moe.weigh=" + std::string(name) +
            " with moe.top_k=1 makes every weight 1: no gradient reaches the "
            "router; set moe.weigh=raw, or accept that with "
            "moe.allow_dead_router=true",
        "moe.weigh");
  }
  return make_scaled<kFormula>(given, site);
}

}  // namespace moestro::weights
MOESTRO_API_END
