// SPDX-License-Identifier: Apache-2.0
// A20: the loss leaps: 7 robust standard deviations above the last 200 steps,
// and 5 % of it, in 2 of 3 steps. Skipped steps count: the numeric guard
// refused them for a reason.
#include <cmath>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/spikes.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a20_loss_spike_part {

constexpr double kDeviations = 7;
constexpr double kTimes = 1.05;

class LossSpike final : public Alarm {
 public:
  explicit LossSpike(const Site&) {}

  void step(
      const StepRecord& record, const WatchSite&, const Tell& tell) override {
    for (const auto& [name, value] : record.scalars) {
      if (name == "loss/lm") {
        look(value, tell);
      }
    }
  }

  void rearm() override {
    spikes_.restart();
    usual_ = 0;
  }

 private:
  void look(double loss, const Tell& tell) {
    const double z = spikes_.push(loss, kDeviations);
    const bool now = z > kDeviations && loss > kTimes * usual_;
    if (!now && std::isfinite(loss)) {
      usual_ += usual_ == 0 ? loss : (loss - usual_) / 20;
    }
    if (streak_.push(now) && now) {
      tell(
          {.level = Level::kPage,
           .value = z,
           .threshold = kDeviations,
           .message = "the loss leaps to " + words::number(loss) + " from " +
                      words::number(usual_)});
    }
  }

  Spikes spikes_;
  Streak<2, 3> streak_;
  double usual_ = 0;
};

}  // namespace a20_loss_spike_part

extern constinit const Variant<Alarm> a20_loss_spike = {
    .info =
        {.name = "a20-loss-spike",
         .summary = "the loss leaps and stays up",
         .paper = "2501.00656"},
    .make = make_plain<Alarm, a20_loss_spike_part::LossSpike>};

}  // namespace moestro::alarms
