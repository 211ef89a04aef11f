// SPDX-License-Identifier: Apache-2.0
// D03: nothing balances the load, or too weakly, and what is chosen learns and
// is chosen again. Loads drift apart over the run; the configuration has no
// balance loss and no controller, or a weight that does nothing.
#include <algorithm>
#include <set>

#include "moestro/diagnose/balancing.h"
#include "moestro/diagnose/starvation.h"
#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d03_rich_get_richer_part {

constexpr Advice kAdvice = {
    .test = "what share of the router's gradient comes from balancing?",
    .action =
        "turn balancing on (a sign-bias controller, or a switch loss of "
        "0.01); then clip the router; then revive dead experts",
    .success = "MaxVio falls to twice its floor within 200 steps",
    .rollback = "set the bias back to what it was"};

// The layers that are ill speak, and of them the one that nothing balances.
static void weigh_balancing(
    const Case& c, const std::vector<int32_t>& layers, Weighing& weighing) {
  std::string balanced;
  for (const auto layer : layers) {
    const auto balancing = balancing_of(c.facts, layer);
    if (!balancing) {
      weighing.con(0, "which balancing was on is not recorded");
      return;
    }
    if (balancing->is_missed()) {
      weighing.pro(
          2,
          "nothing balances the load of layer " + std::to_string(layer) + ": " +
              balancing->text());
      return;
    }
    balanced =
        (balancing->learns ? "balancing is on: " : "") + balancing->text();
  }
  if (!balanced.empty()) {
    weighing.con(1, balanced);
  }
}

// MaxVio of the last windows against that of the first.
static void weigh_growth(const Case& c, Weighing& weighing) {
  for (const auto& [key, history] : c.layers) {
    const double before = history.briefs.front().max_vio;
    const double now = history.briefs.back().max_vio;
    if (history.briefs.size() > 4 && now > 2 * before && now > 0.5) {
      weighing.pro(
          0.8,
          words::layer(key.first, key.second) + ": MaxVio grew from " +
              words::number(before) + " to " + words::number(now));
      return;
    }
  }
  weighing.con(0.5, "no layer is much more uneven than it began");
}

// Where experts got rich, some of those who live have more than others.
static void weigh_others(
    const Case& c, const std::vector<int32_t>& layers, Weighing& weighing) {
  for (const auto layer : layers) {
    if (others_are_even(c, layer)) {
      weighing.con(
          1.2,
          "layer " + std::to_string(layer) +
              ": the others share evenly what those leave that starve");
      return;
    }
  }
}

class RichGetRicher final : public Verdict {
 public:
  explicit RichGetRicher(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    auto signs = c.all("A01");
    for (const auto* id : {"A02", "A05", "A03", "A04"}) {
      const auto more = c.all(id);
      signs.insert(signs.end(), more.begin(), more.end());
    }
    // What the text explains counts where nothing would have balanced it.
    std::erase_if(signs, [&c](const auto* alarm) {
      const bool excused = alarm->message.find("(A17)") != std::string::npos;
      return alarm->level < Level::kWarn &&
             !(excused && nothing_balances(c.facts, alarm->layer));
    });
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(-1.5);
    std::set<std::string_view> kinds;
    for (const auto* alarm : signs) {
      if (kinds.insert(alarm->id).second) {
        weighing.pro(0.7, alarm->message);
      }
    }
    weigh_balancing(c, layers_of(signs), weighing);
    weigh_growth(c, weighing);
    weigh_others(c, layers_of(signs), weighing);
    if (const auto idle = idle_controller(c)) {
      weighing.con(1.5, "the controller that should balance it does not act");
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d03_rich_get_richer_part

extern constinit const Variant<Verdict> d03_rich_get_richer = {
    .info =
        {.name = "d03-rich-get-richer",
         .summary =
             "experts that are chosen more get better and are chosen more",
         .paper = ""},
    .make = make_plain<Verdict, d03_rich_get_richer_part::RichGetRicher>};

}  // namespace moestro::verdicts
