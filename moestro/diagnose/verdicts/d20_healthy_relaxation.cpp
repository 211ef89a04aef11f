// SPDX-License-Identifier: Apache-2.0
// D20: loads become a little more uneven late in the run while flips fall and
// the loss goes on improving: the router has made up its mind (2604.04230).
// No illness; said so that nobody treats it.
#include <cmath>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d20_healthy_relaxation_part {

constexpr Advice kAdvice = {
    .test = "do flips and the loss go on falling?",
    .action = "none: learn the baselines anew, if the rise raises a warning",
    .success = "the loss goes on falling",
    .rollback = "none: nothing was changed"};

constexpr double kMore = 1.3, kLeast = 0.05;
constexpr size_t kFewest = 20;  // windows

struct Quarter {
  double max_vio = 0, flips = 0;
};

// Means over a quarter of the windows, 0 to 3; NaN where flips are unknown.
static Quarter quarter_of(const std::vector<Brief>& briefs, size_t number) {
  const auto size = briefs.size() / 4;
  Quarter quarter;
  double probes = 0;
  for (size_t i = number * size; i < (number + 1) * size; ++i) {
    const auto& b = briefs[i];
    quarter.max_vio += b.max_vio / static_cast<double>(size);
    quarter.flips += std::isfinite(b.flips) ? b.flips : 0;
    probes += std::isfinite(b.flips) ? 1 : 0;
  }
  quarter.flips /= probes;
  return quarter;
}

static bool improves(const std::vector<RunBrief>& run) {
  const auto size = run.size() / 4;
  double before = 0, now = 0;
  for (size_t i = 0; i < size; ++i) {
    now += run[run.size() - 1 - i].loss;
    before += run[run.size() - 1 - size - i].loss;
  }
  return run.size() >= kFewest && now < before;
}

class HealthyRelaxation final : public Verdict {
 public:
  explicit HealthyRelaxation(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto serious = c.serious();
    if (!serious.empty() || !improves(c.run)) {
      return std::nullopt;
    }
    Weighing weighing(0);
    std::vector<int32_t> layers;
    for (const auto& [key, history] : c.layers) {
      const auto before = quarter_of(history.briefs, 1);
      const auto now = quarter_of(history.briefs, 3);
      if (now.max_vio > kMore * before.max_vio + kLeast &&
          now.flips < before.flips) {
        layers.push_back(key.first);
        weighing.pro(
            0.4,
            words::layer(key.first, key.second) + ": MaxVio rose from " +
                words::number(before.max_vio) + " to " +
                words::number(now.max_vio) + " while flips fell from " +
                words::percent(before.flips) + " to " +
                words::percent(now.flips));
      }
    }
    if (layers.empty()) {
      return std::nullopt;
    }
    if (const auto* shift = c.first("A17")) {
      weighing.con(1.5, shift->message);
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.layers = layers;
    diagnosis.since_step = c.run[c.run.size() / 2].step;
    return diagnosis;
  }
};

}  // namespace d20_healthy_relaxation_part

extern constinit const Variant<Verdict> d20_healthy_relaxation = {
    .info =
        {.name = "d20-healthy-relaxation",
         .summary = "the router relaxes as healthy ones do",
         .paper = "2604.04230",
         .shows = "flip-rate"},
    .make =
        make_plain<Verdict, d20_healthy_relaxation_part::HealthyRelaxation>};

}  // namespace moestro::verdicts
