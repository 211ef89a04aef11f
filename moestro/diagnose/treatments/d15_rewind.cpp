// SPDX-License-Identifier: Apache-2.0
// D15, the optimizer went wrong: back to the newest checkpoint of before, and
// on with other data at a third of the learning rate (PaLM skipped the batches;
// it was not they alone), or at the rate of before where it is known to have
// jumped by more. Without such a checkpoint only the rate is lowered.
#include <algorithm>
#include <cmath>

#include "moestro/diagnose/treatment.h"

namespace moestro::treatments {
namespace d15_rewind_part {

constexpr double kTimes = 0.3, kMost = 0.1, kLeast = 0.02;
constexpr size_t kBefore = 20;  // windows
static std::optional<int64_t> checkpoint_before(const Panel& p, int64_t step) {
  std::optional<int64_t> found;
  for (const auto one : p.checkpoints) {
    found = one < step ? std::optional(one) : found;
  }
  return found;
}

static double dose(const Case& c, int64_t step) {
  const auto jump = c.rate_jump(step);
  return jump ? std::clamp(jump->before / jump->after, kMost, kTimes) : kTimes;
}

// Of the last windows: what the model can do.
static double best_loss(const Case& c) {
  double best = std::numeric_limits<double>::infinity();
  const auto last = std::min(kBefore, c.run.size());
  for (const auto& brief : std::span(c.run).last(last)) {
    best = std::min(best, std::isnan(brief.loss) ? best : brief.loss);
  }
  return best;
}

class Rewind final : public Treatment {
 public:
  explicit Rewind(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    const double old = exam.panel.run.lr_scale;
    const double rate = dose(exam.record, d.since_step) * old;
    if (rung > 2 || rate < kLeast) {
      return std::nullopt;
    }
    Order order;
    const auto back = checkpoint_before(exam.panel, d.since_step);
    if (back) {
      order.acts.push_back(
          {.lever = Lever::kRewind, .after = {static_cast<double>(*back)}});
    }
    order.acts.push_back(
        {.lever = Lever::kLr, .before = {old}, .after = {rate}});
    order.test = {
        .statistic = "loss/lm", .threshold = 1.05 * best_loss(exam.record)};
    return order;
  }

  // A rate that jumped is seen in the schedule, not in the loss.
  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis& d) const override {
    const auto jump = exam.record.rate_jump(d.since_step);
    return jump ? jump->text() : "";
  }
};

}  // namespace d15_rewind_part

extern constinit const Variant<Treatment> d15_rewind = {
    .info =
        {.name = "d15-rewind",
         .summary =
             "back to a checkpoint of before, and on at a lower learning rate",
         .paper = ""},
    .make = make_plain<Treatment, d15_rewind_part::Rewind>};

}  // namespace moestro::treatments
