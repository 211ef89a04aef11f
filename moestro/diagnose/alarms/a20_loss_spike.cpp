// SPDX-License-Identifier: Apache-2.0
// A20: the loss leaps: 7 robust standard deviations above the last 200 steps,
// and 5 % of it, in 2 of 3 steps; or 15 steps together lie 12 of their
// deviations above, and 8 % above what was usual before them. Skipped steps
// count: the numeric guard refused them for a reason.
#include <algorithm>
#include <cmath>
#include <deque>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/spikes.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a20_loss_spike_part {

constexpr double kDeviations = 7;
constexpr double kTimes = 1.05;
constexpr size_t kTogether = 15;
constexpr double kDeviationsTogether = 12, kTimesTogether = 1.08;

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
    last_.clear();
    usual_ = 0;
  }

 private:
  void look(double loss, const Tell& tell) {
    const double z = spikes_.push(loss, kDeviations);
    const bool alone = z > kDeviations && loss > kTimes * usual_;
    const bool together = is_raised(loss, z);
    const bool now = alone || together;
    if (!now && std::isfinite(loss)) {
      usual_ += usual_ == 0 ? loss : (loss - usual_) / 20;
    }
    const bool opens = streak_.push(alone) || together;
    if (opens && now) {
      tell(
          {.level = Level::kPage,
           .value = z,
           .threshold = kDeviations,
           .message = "the loss leaps to " + words::number(loss) + " from " +
                      words::number(usual_)});
    }
  }

  struct Step {
    double loss, z, usual;  // the last as it was before
  };

  bool is_raised(double loss, double z) {
    if (!std::isfinite(z)) {
      return false;
    }
    last_.push_back({loss, z, usual_});
    if (last_.size() > kTogether) {
      last_.pop_front();
    }
    Step sum{};
    for (const auto& one : last_) {
      sum.loss += one.loss;
      sum.z += std::min(one.z, kDeviations);  // one outlier is no fifteen
    }
    const auto count = static_cast<double>(kTogether);
    return last_.size() == kTogether &&
           sum.z > kDeviationsTogether * std::sqrt(count) &&
           sum.loss > kTimesTogether * last_.front().usual * count;
  }

  Spikes spikes_;
  std::deque<Step> last_;
  Streak<2, 3> streak_;
  double usual_ = 0;
};

}  // namespace a20_loss_spike_part

extern constinit const Variant<Alarm> a20_loss_spike = {
    .info =
        {.name = "a20-loss-spike",
         .summary = "the loss leaps and stays up",
         .paper = "2501.00656",
         .shows = "loss/lm"},
    .make = make_plain<Alarm, a20_loss_spike_part::LossSpike>};

}  // namespace moestro::alarms
