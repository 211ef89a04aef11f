// SPDX-License-Identifier: Apache-2.0
// A21: a number that is none: a router logit, an expert's gradient, the loss, a
// gradient norm. At once, with the first layer and expert where they are known.
#include <cmath>
#include <string>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/words.h"
#include "moestro/record/plausible.h"

namespace moestro::alarms {
namespace a21_non_finite_part {

class NonFinite final : public Alarm {
 public:
  explicit NonFinite(const Site&) {}

  void step(
      const StepRecord& record, const WatchSite&, const Tell& tell) override {
    for (const auto& layer : record.layers) {
      if (look(layer, tell)) {
        return;
      }
    }
    for (const auto& [name, value] : record.scalars) {
      const bool ours =
          name.starts_with("loss/") || name.starts_with("grad_norm");
      if (ours && name != "loss/spike" && !std::isfinite(value)) {
        const auto layer = place(record, "fault/layer");
        const auto expert = place(record, "fault/expert");
        tell(
            {.level = Level::kPage,
             .layer = layer,
             .expert = expert,
             .value = value,
             .message = name + " is not finite" + first_at(layer, expert)});
        return;
      }
    }
  }

 private:
  // What the trainer found out about a refused step; -1 = nothing.
  static int32_t place(const StepRecord& record, std::string_view name) {
    for (const auto& [key, value] : record.scalars) {
      const bool possible =
          value >= 0 && value <= static_cast<double>(plausible::kMostExperts);
      if (key == name && possible) {
        return static_cast<int32_t>(value);
      }
    }
    return -1;
  }

  static std::string first_at(int32_t layer, int32_t expert) {
    if (layer < 0) {
      return "";
    }
    return "; it began in " + words::layer(layer, "") +
           (expert < 0 ? "" : ", expert " + std::to_string(expert));
  }

  static bool look(const LayerRecord& r, const Tell& tell) {
    if (r.nonfinite > 0) {
      tell(
          {.level = Level::kPage,
           .layer = r.layer,
           .routing = r.routing,
           .value = static_cast<double>(r.nonfinite),
           .message = words::layer(r.layer, r.routing) + ": " +
                      std::to_string(r.nonfinite) +
                      " router logits are not finite"});
      return true;
    }
    for (size_t e = 0; e < r.grad_norm.size(); ++e) {
      if (!std::isfinite(r.grad_norm[e])) {
        tell(
            {.level = Level::kPage,
             .layer = r.layer,
             .routing = r.routing,
             .expert = static_cast<int32_t>(e),
             .value = r.grad_norm[e],
             .message = words::layer(r.layer, r.routing) +
                        ": the gradient of expert " + std::to_string(e) +
                        " is not finite"});
        return true;
      }
    }
    return false;
  }
};

}  // namespace a21_non_finite_part

extern constinit const Variant<Alarm> a21_non_finite = {
    .info =
        {.name = "a21-non-finite",
         .summary = "a logit, gradient or loss is not finite",
         .paper = "",
         .shows = "loss/lm"},
    .make = make_plain<Alarm, a21_non_finite_part::NonFinite>};

}  // namespace moestro::alarms
