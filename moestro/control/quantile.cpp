// SPDX-License-Identifier: Apache-2.0
// Quantile balancing (Su 2026; Kimi K3): routing as an assignment, the bias as
// its dual. With alpha_t = (k+1)-th largest of s_t + b, the next b_e is the
// value that T k / E tokens have alpha_t - s_te below; the mean is taken off.
// No rate to tune; no balance loss beside it.
//
// Exact: every score of the step comes to the host. `quantile-histogram` reads
// counts instead.
#include "moestro/plan/quantile.h"

#include "moestro/control/bias.h"

namespace moestro::controllers {
namespace quantile_part {

class Quantile final : public Controller {
 public:
  Quantile(const MemoryParams& p, const Site&) : p_(p) {}

  [[nodiscard]] Statistic wants() const override { return Statistic::kScores; }
  [[nodiscard]] std::vector<std::string> claims() const override {
    return {"bias"};
  }

  void step(int64_t, std::span<LayerControl> layers) override {
    convention_.check();
    for (auto& layer : layers) {
      auto& bias = layer.knobs.bias;
      const bool all = layer.knobs.k >= std::ssize(bias);
      if (layer.totals.scores.empty() || all) {
        continue;
      }
      const std::vector<double> now(bias.begin(), bias.end());
      blend_bias(
          bias,
          quantile_balance_step(layer.totals.scores, now, layer.knobs.k),
          p_.memory);
    }
  }
  void state(const StateVisitor& visit) override { convention_.state(visit); }

 private:
  MemoryParams p_;
  BiasSign convention_;
};

}  // namespace quantile_part

extern constinit const Variant<Controller> quantile = {
    .info =
        {.name = "quantile",
         .summary = "the bias that would have balanced the step, exactly",
         .paper = "",
         .params = kMemoryParams},
    .make = make_part<Controller, quantile_part::Quantile, MemoryParams>};

}  // namespace moestro::controllers
