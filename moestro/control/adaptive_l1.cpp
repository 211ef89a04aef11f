// SPDX-License-Identifier: Apache-2.0
// ReMoE (2412.14711, section 3.3): one lambda for all layers weighs the L1
// loss. After each step lambda *= factor while more than k experts a token are
// active on average (sparsity below 1 - k / E), else lambda /= factor. The
// loss's own weight, which step 0 uses, should equal `start`.
#include "moestro/control/loss_weight.h"

namespace moestro::controllers {
namespace adaptive_l1_part {

struct Params {
  std::string_view loss = "l1-balanced";
  double start = 1e-8, factor = 1.2;
};

constexpr Param kParams[] = {
    param<&Params::loss>("loss", "name of the loss: l1-balanced or l1"),
    param<&Params::start>("start", "lambda of the first step", {0, 1e6}),
    param<&Params::factor>("factor", "change of lambda in one step", {1, 1e3})};

class AdaptiveL1 final : public Controller {
 public:
  AdaptiveL1(const Params& p, const Site& site)
      : factor_(p.factor),
        top_k_(site.top_k),
        loss_(p.loss),
        position_(loss_position(site, "adaptive-l1", p.loss)),
        lambda_{p.start} {}

  [[nodiscard]] Statistic wants() const override { return Statistic::kDemand; }
  [[nodiscard]] std::vector<std::string> claims() const override {
    return {"loss_weight." + loss_};
  }

  void step(int64_t, std::span<LayerControl> layers) override {
    int64_t active = 0, tokens = 0;
    for (const auto& layer : layers) {
      tokens += layer.totals.counts.tokens;
      for (const auto count : layer.totals.counts.demand) {
        active += count;
      }
    }
    if (tokens > 0) {
      lambda_[0] *= active > top_k_ * tokens ? factor_ : 1 / factor_;
    }
    for (auto& layer : layers) {
      set_loss_weight(layer.knobs, position_, lambda_[0]);
    }
  }
  void state(const StateVisitor& visit) override { visit("lambda", lambda_); }

 private:
  double factor_;
  int64_t top_k_;
  std::string loss_;
  size_t position_;
  std::vector<double> lambda_;
};

}  // namespace adaptive_l1_part

extern constinit const Variant<Controller> adaptive_l1 = {
    .info =
        {.name = "adaptive-l1",
         .summary = "weighs the L1 loss until k experts a token are active",
         .paper = "2412.14711",
         .params = adaptive_l1_part::kParams},
    .make = make_part<
        Controller,
        adaptive_l1_part::AdaptiveL1,
        adaptive_l1_part::Params>};

}  // namespace moestro::controllers
