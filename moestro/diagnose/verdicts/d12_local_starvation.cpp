// SPDX-License-Identifier: Apache-2.0
// D12: some experts get nothing while the others share the load evenly.
#include <algorithm>

#include "moestro/diagnose/balancing.h"
#include "moestro/diagnose/starvation.h"
#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d12_local_starvation_part {

constexpr double kMany = 0.25;

constexpr Advice kAdvice = {
    .test = "would the expert be chosen if its bias were a little higher?",
    .action =
        "raise its bias; if that does not help within 50 steps, revive "
        "it from a busy one",
    .success = "it gets half of its fair share within 200 steps",
    .rollback = "set the bias back; the copy is kept in the checkpoint"};

using Signs = std::vector<const AlarmEntry*>;

static int64_t first_of(const Signs& signs) {
  return (*std::ranges::min_element(signs, {}, &AlarmEntry::step))->step;
}

static Signs serious_signs(const Case& c) {
  auto signs = c.all("A03");
  const auto cold = c.all("A04");
  signs.insert(signs.end(), cold.begin(), cold.end());
  std::erase_if(
      signs, [](const auto* alarm) { return alarm->level < Level::kWarn; });
  return signs;
}

static void weigh_number(
    const Case& c, const Signs& signs, Weighing& weighing) {
  double worst = 0;
  bool even = true;
  for (const auto layer : layers_of(signs)) {
    worst = std::max(worst, starvation_of(c, layer).share);
    even = even && others_are_even(c, layer);
  }
  const auto number = words::percent(worst) + " of a layer's experts starve";
  if (worst <= kMany) {
    weighing.pro(0.8, "at most " + number);
  } else if (even) {
    weighing.pro(0.2, number + "; the others share evenly what they leave");
  } else {
    weighing.con(2, number + ": no few");
  }
}

// What follows the starvation may well be its effect: fewer experts, surer
// choices, more for each of the others.
static void weigh_other_causes(
    const Case& c, const Signs& signs, Weighing& weighing) {
  for (const auto* alarm : c.before(first_of(signs), {"A06", "A08", "A19"})) {
    weighing.con(0.8, alarm->message);
  }
  if (std::ranges::any_of(layers_of(signs), [&c](int32_t layer) {
        return nothing_balances(c.facts, layer);
      })) {
    weighing.con(1, "nothing balances the load: the others may follow");
  }
  const auto* uneven = c.first_serious("A01");
  if (uneven &&
      !(uneven->step >= first_of(signs) && others_are_even(c, uneven->layer))) {
    weighing.con(1.6, uneven->message);
  }
}

class LocalStarvation final : public Verdict {
 public:
  explicit LocalStarvation(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = serious_signs(c);
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(0.2);
    for (const auto* id : {"A03", "A04"}) {
      if (const auto* alarm = c.first(id)) {
        weighing.pro(0.5, alarm->message);
      }
    }
    if (std::ranges::all_of(signs, [](const auto* alarm) {
          return alarm->closed_step.has_value();
        })) {
      weighing.con(1.5, "they have come back by themselves");
    }
    weigh_number(c, signs, weighing);
    weigh_other_causes(c, signs, weighing);
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d12_local_starvation_part

extern constinit const Variant<Verdict> d12_local_starvation = {
    .info =
        {.name = "d12-local-starvation",
         .summary = "a few experts starve, the rest is healthy",
         .paper = ""},
    .make = make_plain<Verdict, d12_local_starvation_part::LocalStarvation>};

}  // namespace moestro::verdicts
