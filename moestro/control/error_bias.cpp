// SPDX-License-Identifier: Apache-2.0
// The un-signed rule of loss-free balancing (2408.15664, section 4.3):
// b_e += rate * (wanted - demand) / mean demand, then the mean is taken off.
//
// The paper adds raw counts; here they are divided by the mean demand, so that
// the rate does not depend on the batch. Steps shrink towards balance, which
// suits softmax scores, whose differences between experts are small.
#include "moestro/control/bias.h"

namespace moestro::controllers {
namespace error_bias_part {

struct Params {
  double rate = 1e-2;
};

constexpr Param kParams[] = {param<&Params::rate>(
    "rate", "change of a bias per unit of mean load missing", {0, 1e3})};

class ErrorBias final : public Controller {
 public:
  ErrorBias(const Params& p, const Site&) : p_(p) {}

  [[nodiscard]] Statistic wants() const override { return Statistic::kDemand; }
  [[nodiscard]] std::vector<std::string> claims() const override {
    return {"bias"};
  }

  void step(int64_t, std::span<LayerControl> layers) override {
    convention_.check();
    for (auto& layer : layers) {
      auto change = lack_of(layer);
      for (auto& value : change) {
        value *= p_.rate;
      }
      move_bias(layer.knobs.bias, change);
    }
  }
  void state(const StateVisitor& visit) override { convention_.state(visit); }

 private:
  Params p_;
  BiasSign convention_;
};

}  // namespace error_bias_part

extern constinit const Variant<Controller> error_bias = {
    .info =
        {.name = "error-bias",
         .summary = "moves each bias in proportion to the missing load",
         .paper = "2408.15664",
         .params = error_bias_part::kParams},
    .make = make_part<
        Controller,
        error_bias_part::ErrorBias,
        error_bias_part::Params>};

}  // namespace moestro::controllers
