// SPDX-License-Identifier: Apache-2.0
// D19: experts become alike while loads are even: what they make of a token
// resembles each other more and more (E4), and the loss no longer falls.
#include <cmath>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d19_specialisation_collapse_part {

constexpr Advice kAdvice = {
    .test =
        "does the domain of the text still tell which experts are chosen (E9)?",
    .action =
        "a tenth of the balance weight, over the global batch; then a loss "
        "that keeps experts apart",
    .success = "the cosine of outputs falls within 300 steps",
    .rollback = "set the weight back"};

constexpr double kRise = 0.15, kAlike = 0.4;
constexpr size_t kProbes = 3, kFewest = 8;
constexpr double kStill = 0.005;  // of the loss, in a quarter of the run

struct Rise {
  double from = 0, to = 0;
  int64_t step = 0;
};

// Of the similarity, from its lowest three probes in a row to the last three.
static std::optional<Rise> rise_of(const std::vector<Brief>& briefs) {
  std::vector<Brief> probes;
  for (const auto& b : briefs) {
    if (std::isfinite(b.similarity)) {
      probes.push_back(b);
    }
  }
  if (probes.size() < kFewest) {
    return std::nullopt;
  }
  const auto mean = [&probes](size_t first) {
    double sum = 0;
    for (size_t i = first; i < first + kProbes; ++i) {
      sum += probes[i].similarity / static_cast<double>(kProbes);
    }
    return sum;
  };
  Rise rise{.from = mean(0), .to = mean(probes.size() - kProbes)};
  for (size_t i = 0; i + kProbes < probes.size(); ++i) {
    if (mean(i) <= rise.from) {
      rise.from = mean(i);
      rise.step = probes[i].step;
    }
  }
  return rise;
}

// The last quarter of the run is no better than the one before.
static bool stalls(const std::vector<RunBrief>& run) {
  const auto quarter = run.size() / 4;
  double before = 0, now = 0;
  for (size_t i = 0; i < quarter; ++i) {
    now += run[run.size() - 1 - i].loss;
    before += run[run.size() - 1 - quarter - i].loss;
  }
  return quarter > 0 && now > (1 - kStill) * before;
}

class SpecialisationCollapse final : public Verdict {
 public:
  explicit SpecialisationCollapse(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    Weighing weighing(-0.8);
    std::vector<int32_t> layers;
    int64_t since = 0;
    for (const auto& [key, history] : c.layers) {
      const auto rise = rise_of(history.briefs);
      if (rise && rise->to > kAlike && rise->to > rise->from + kRise) {
        layers.push_back(key.first);
        since = rise->step;
        weighing.pro(
            0.8,
            words::layer(key.first, key.second) +
                ": the cosine between outputs of experts rose from " +
                words::number(rise->from) + " to " + words::number(rise->to));
      }
    }
    if (layers.empty()) {
      return std::nullopt;
    }
    const auto uneven = c.all("A01");
    if (uneven.empty()) {
      weighing.pro(0.5, "loads are even all the while");
    }
    for (const auto* alarm : uneven) {
      weighing.con(1, alarm->message);
    }
    if (stalls(c.run)) {
      weighing.pro(0.7, "the loss no longer falls");
    } else {
      weighing.con(0.3, "the loss still falls");
    }
    for (const auto* alarm : c.all("A11")) {
      weighing.pro(0.5, alarm->message);
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.layers = layers;
    diagnosis.since_step = since;
    return diagnosis;
  }
};

}  // namespace d19_specialisation_collapse_part

extern constinit const Variant<Verdict> d19_specialisation_collapse = {
    .info =
        {.name = "d19-specialisation-collapse",
         .summary = "experts become alike",
         .paper = "",
         .shows = "output-similarity"},
    .make = make_plain<
        Verdict,
        d19_specialisation_collapse_part::SpecialisationCollapse>};

}  // namespace moestro::verdicts
