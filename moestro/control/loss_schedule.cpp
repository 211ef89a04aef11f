// SPDX-License-Identifier: Apache-2.0
// Moves one loss's weight on a straight line: `from` until step `begin`, `to`
// after step `end`. After step s it sets what step s + 1 uses, so the loss's
// own weight, which step 0 uses, should equal `from`.
#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/control/loss_weight.h"

namespace moestro::controllers {
namespace loss_schedule_part {

struct Params {
  std::string_view loss = "switch";
  double from = 1e-2, to = 0;
  int64_t begin = 0, end = 0;
};

constexpr Param kParams[] = {
    param<&Params::loss>("loss", "name of the loss"),
    param<&Params::from>("from", "weight before the change", {0, 1e6}),
    param<&Params::to>("to", "weight after the change", {0, 1e6}),
    param<&Params::begin>("begin", "first step of the change", {0, 1e12}),
    param<&Params::end>(
        "end", "last step of the change; 0 = end of the run", {0, 1e12})};

class LossSchedule final : public Controller {
 public:
  LossSchedule(const Params& p, const Site& site)
      : p_(p),
        loss_(p.loss),
        position_(loss_position(site, "loss-schedule", p.loss)) {
    p_.loss = loss_;
    p_.end = p.end == 0 ? std::max(site.num_steps, p.begin) : p.end;
    if (p_.end < p_.begin) {
      fail_configuration(
          "moe.controller.loss-schedule.end is not before begin; got begin=" +
          std::to_string(p_.begin) + " end=" + std::to_string(p_.end));
    }
  }

  [[nodiscard]] std::vector<std::string> claims() const override {
    return {"loss_weight." + loss_};
  }

  void step(int64_t step, std::span<LayerControl> layers) override {
    for (auto& layer : layers) {
      set_loss_weight(layer.knobs, position_, weight_at(step + 1));
    }
  }

 private:
  [[nodiscard]] double weight_at(int64_t step) const {
    if (step >= p_.end) {
      return p_.to;
    }
    const auto done =
        static_cast<double>(std::max(step - p_.begin, int64_t{0}));
    const auto length = static_cast<double>(p_.end - p_.begin);
    return p_.from + (p_.to - p_.from) * (length > 0 ? done / length : 0);
  }

  Params p_;
  std::string loss_;
  size_t position_;
};

}  // namespace loss_schedule_part

extern constinit const Variant<Controller> loss_schedule = {
    .info =
        {.name = "loss-schedule",
         .summary = "changes a loss's weight between two steps",
         .paper = "",
         .params = loss_schedule_part::kParams,
         .needs = {Trait::kRunLength}},
    .make = make_part<
        Controller,
        loss_schedule_part::LossSchedule,
        loss_schedule_part::Params>};

}  // namespace moestro::controllers
