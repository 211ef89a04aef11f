// SPDX-License-Identifier: Apache-2.0
// Loss-free balancing (2408.15664; DeepSeek-V3, 2412.19437): after each step
// b_e += rate * sign(wanted - demand), then the mean is taken off.
//
// The bias is fp32: in bf16 steps of 1e-3 stall at 0.5 (sglang#31213). A lack
// below 1e-9 of the mean counts as none, because targets such as 1/3 are not
// exact.
#include <cmath>

#include "moestro/control/bias.h"

namespace moestro::controllers {
namespace sign_bias_part {

struct Params {
  double rate = 1e-3;
};

constexpr Param kParams[] = {
    param<&Params::rate>("rate", "change of a bias in one step", {0, 1e3})};

static double sign_of(double lack) {
  constexpr double kRounding = 1e-9;
  return lack > kRounding ? 1 : (lack < -kRounding ? -1 : 0);
}

class SignBias final : public Controller {
 public:
  SignBias(const Params& p, const Site&) : p_(p) {}

  [[nodiscard]] Statistic wants() const override { return Statistic::kDemand; }
  [[nodiscard]] std::vector<std::string> claims() const override {
    return {"bias"};
  }

  void step(int64_t, std::span<LayerControl> layers) override {
    convention_.check();
    for (auto& layer : layers) {
      auto change = lack_of(layer);
      for (auto& value : change) {
        value = p_.rate * sign_of(value);
      }
      move_bias(layer.knobs.bias, change);
    }
  }
  void state(const StateVisitor& visit) override { convention_.state(visit); }

 private:
  Params p_;
  BiasSign convention_;
};

}  // namespace sign_bias_part

extern constinit const Variant<Controller> sign_bias = {
    .info =
        {.name = "sign-bias",
         .summary = "moves each bias by a fixed step towards the target load",
         .paper = "2408.15664",
         .params = sign_bias_part::kParams},
    .make = make_part<
        Controller,
        sign_bias_part::SignBias,
        sign_bias_part::Params>};

}  // namespace moestro::controllers
