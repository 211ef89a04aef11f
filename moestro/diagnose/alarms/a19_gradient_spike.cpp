// SPDX-License-Identifier: Apache-2.0
// A19: the gradient of the router or of the experts leaps and stays up: ln of
// its norm lies 6 robust standard deviations above the last 200 steps, and the
// norm is at least three times theirs, in 3 of 5 steps. A single step like that
// is what one odd batch does to any healthy run. And at once when the
// optimizer's memory of the router's gradients, the norm of its first moments,
// falls to less than a fifth in one step: moments decay by a tenth at most, so
// somebody lost them, and the next steps are several times too long.
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/spikes.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a19_gradient_spike_part {

constexpr double kDeviations = 6;
constexpr double kTimes = 3;
constexpr double kLost = 0.2;
constexpr int64_t kSettled = 20;  // steps

class GradientSpike final : public Alarm {
 public:
  explicit GradientSpike(const Site&) {}

  void step(
      const StepRecord& record, const WatchSite&, const Tell& tell) override {
    for (const auto& [name, value] : record.scalars) {
      if (name == "grad_norm/router" || name == "grad_norm/experts" ||
          name == "grad_norm") {
        look(name, value, tell);
      } else if (name == "moments/router") {
        look_at_memory(value, tell);
      }
    }
  }

  void rearm() override {
    series_.clear();
    remembered_ = 0;
  }

 private:
  struct State {
    Spikes spikes;
    Streak<3, 5> streak;
    double usual = 0;  // of ln, follows slowly
  };

  void look(const std::string& name, double value, const Tell& tell) {
    auto& state = series_[name];
    const double x = std::log(value);
    const double z = state.spikes.push(x, kDeviations);
    const bool leaps = z > kDeviations && x > state.usual + std::log(kTimes);
    const bool opens = state.streak.push(leaps);
    if (leaps && opens) {
      const auto whose =
          name == "grad_norm" ? std::string("the") : "the " + name.substr(10);
      tell(
          {.level = Level::kWarn,
           .value = z,
           .threshold = kDeviations,
           .message = "the gradient" +
                      (name == "grad_norm" ? std::string() : " of " + whose) +
                      " leaps to " + words::number(value) + ", " +
                      words::number(std::exp(x - state.usual)) +
                      " times the usual"});
    } else if (!leaps && std::isfinite(x)) {
      state.usual += (x - state.usual) / 20;
    }
  }

  void look_at_memory(double memory, const Tell& tell) {
    const double before = std::exchange(memory_, memory);
    if (++remembered_ > kSettled && memory < kLost * before) {
      tell(
          {.level = Level::kWarn,
           .value = memory / before,
           .threshold = kLost,
           .message = "the optimizer has forgotten: its moments of the "
                      "router's gradient fell from " +
                      words::number(before) + " to " + words::number(memory) +
                      " in one step"});
    }
  }

  std::map<std::string, State> series_;
  double memory_ = 0;
  int64_t remembered_ = 0;  // steps
};

}  // namespace a19_gradient_spike_part

extern constinit const Variant<Alarm> a19_gradient_spike = {
    .info =
        {.name = "a19-gradient-spike",
         .summary =
             "the gradient of the router or the experts leaps and stays up",
         .paper = "",
         .shows = "grad_norm"},
    .make = make_plain<Alarm, a19_gradient_spike_part::GradientSpike>};

}  // namespace moestro::alarms
