// SPDX-License-Identifier: Apache-2.0
// D05: the router was uneven or saturated before it had learned anything.
#include <algorithm>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d05_bad_router_init_part {

constexpr int64_t kEarlyWindows = 4;
constexpr double kEvenRows = 2, kOpen = 0.9;

constexpr Advice kAdvice = {
    .test = "compare the norms of the router's rows at step 0",
    .action = "start again with small, equal rows (standard deviation 0.02)",
    .success = "the first window is as even as chance",
    .rollback = "none: the run begins anew"};

// Its rows were equally long, and its decisions open, in the first window.
static bool began_well(const Case& c, const std::vector<int32_t>& layers) {
  bool known = false;
  for (const auto& [key, history] : c.layers) {
    if (std::ranges::find(layers, key.first) == layers.end()) {
      continue;
    }
    const auto& first = history.briefs.front();
    known = true;
    if (!(first.row_excess < kEvenRows && first.token_entropy > kOpen)) {
      return false;
    }
  }
  return known;
}

class BadRouterInit final : public Verdict {
 public:
  explicit BadRouterInit(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    if (!c.from_scratch) {
      return std::nullopt;
    }
    const auto early = kEarlyWindows * c.window;
    std::vector<const AlarmEntry*> signs;
    for (const auto& alarm : c.alarms) {
      const bool ours = alarm.id == "A05" || alarm.id == "A06" ||
                        alarm.id == "A08" || alarm.id == "A01";
      if (ours && alarm.step <= early && alarm.level >= Level::kWarn) {
        signs.push_back(&alarm);
      }
    }
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(0.7);
    for (const auto* alarm : signs) {
      weighing.pro(
          0.6, "step " + std::to_string(alarm->step) + ": " + alarm->message);
    }
    if (began_well(c, layers_of(signs))) {
      weighing.con(
          2.5, "its rows were equally long and its decisions open at first");
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d05_bad_router_init_part

extern constinit const Variant<Verdict> d05_bad_router_init = {
    .info =
        {.name = "d05-bad-router-init",
         .summary = "the router began badly",
         .paper = ""},
    .make = make_plain<Verdict, d05_bad_router_init_part::BadRouterInit>};

}  // namespace moestro::verdicts
