// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/walk.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "moestro/base/text.h"
#include "moestro/diagnose/traffic.h"
#include "moestro/diagnose/words.h"

namespace moestro {
namespace {

struct Stage {
  std::string_view question, alarms, verdicts, missing;
};

// In the order of kCauseGroups. `missing`: what must be recorded to see it.
constexpr Stage kStages[] = {
    {"Can what is recorded be true?", "A24", "D00,D22,D24", ""},
    {"Are the numbers finite, and does everything learn?",
     "A09,A10,A13,A21",
     "D01,D02,D13,D17",
     "scores, gradients and probes of the experts"},
    {"Did the text change, or repeat itself?",
     "A17,A18",
     "D10,D11",
     "domains, or the text itself"},
    {"Is there room for the tokens?",
     "A15,A23",
     "D09,D18",
     "served pairs, or devices of the experts"},
    {"Did the optimizer leap?",
     "A14,A19,A20",
     "D04,D15,D16",
     "losses and gradients"},
    {"Does the router decide, and spread the load?",
     "A01,A02,A03,A04,A05,A06,A07,A08,A11,A16,A22,A25",
     "D03,D05,D07,D08,D12,D14,D23,D25",
     ""},
    {"Do experts differ from each other?",
     "A12",
     "D06,D19,D20,D21",
     "probes of the experts"}};
static_assert(std::size(kStages) == std::size(kCauseGroups));
constexpr size_t kHardFault = 1, kData = 2, kCapacity = 3, kOptimizer = 4,
                 kRouter = 5, kExperts = 6;
constexpr size_t kMostLines = 4;

bool holds(std::string_view list, std::string_view id) {
  const auto ids = split(list, ',');
  return std::ranges::find(ids, id) != ids.end();
}

template <class Number>
bool any_brief(const Case& c, Number number) {
  return std::ranges::any_of(c.layers, [&](const auto& layer) {
    return std::ranges::any_of(layer.second.briefs, [&](const Brief& brief) {
      return std::isfinite(number(brief));
    });
  });
}

bool has_devices(const Case& c) {
  return std::ranges::any_of(c.facts.layers, [](const LayerFacts& layer) {
    return !layer.device_E.empty();
  });
}

bool is_known(const Case& c, size_t stage) {
  const auto any_run = [&c](auto number) {
    return std::ranges::any_of(
        c.run, [&](const RunBrief& b) { return std::isfinite(number(b)); });
  };
  switch (stage) {
    case kHardFault:
      return any_brief(c, [](const Brief& b) { return b.token_entropy; });
    case kData:
      return c.facts.domains.size() > 1 ||
             any_run([](const RunBrief& b) { return b.commonest; });
    case kCapacity:
      return !c.facts.origin || has_devices(c);
    case kOptimizer:
      return any_run([](const RunBrief& b) { return b.loss; });
    case kExperts:
      return any_brief(c, [](const Brief& b) { return b.similarity; });
    default:
      return true;
  }
}

// Of rules and verdicts of other programs, those that no stage names are the
// router's.
bool belongs(std::string_view ids, std::string_view id, bool to_all_others) {
  const auto others = [&](std::string_view Stage::* list) {
    return std::ranges::none_of(
        kStages, [&](const Stage& s) { return holds(s.*list, id); });
  };
  return holds(ids, id) || (to_all_others && others(&Stage::alarms) &&
                            others(&Stage::verdicts) && id != "D99");
}

void add_alarms(const Case& c, size_t stage, WalkStep& step) {
  size_t more = 0;
  for (const auto& alarm : c.alarms) {
    if (!belongs(kStages[stage].alarms, alarm.id, stage == kRouter)) {
      continue;
    }
    step.answer = alarm.level == Level::kInfo ? step.answer : Answer::kTrouble;
    if (step.lines.size() < kMostLines) {
      step.lines.push_back(
          fmt::format("step {}: {}", with_commas(alarm.step), alarm.message));
    } else {
      ++more;
    }
  }
  if (more > 0) {
    step.lines.push_back(fmt::format("and {} more", more));
  }
}

void add_verdicts(
    const std::vector<Diagnosis>& verdicts, size_t stage, WalkStep& step) {
  for (const auto& d : verdicts) {
    const bool sure = d.confidence >= kLowConfidence;
    if (sure && belongs(kStages[stage].verdicts, d.id, stage == kRouter)) {
      // D20 says that all is well.
      step.answer = d.id == "D20" ? step.answer : Answer::kTrouble;
      step.lines.push_back(fmt::format("{} {}: {}", d.id, d.name, d.action));
    }
  }
}

void add_early_signs(const Case& c, WalkStep& step) {
  for (const auto& [key, history] : c.layers) {
    for (const auto& sign : early_signs(history.traffic)) {
      step.lines.push_back(words::layer(key.first, key.second) + ": " + sign);
    }
  }
}

}  // namespace

std::string_view name_of(Answer answer) {
  constexpr std::string_view kNames[] = {"fine", "trouble", "unknown"};
  return kNames[static_cast<size_t>(answer)];
}

std::vector<WalkStep> walk(
    const Case& c, const std::vector<Diagnosis>& verdicts) {
  std::vector<WalkStep> steps;
  for (size_t stage = 0; stage < std::size(kStages); ++stage) {
    WalkStep step{.question = kStages[stage].question};
    add_alarms(c, stage, step);
    add_verdicts(verdicts, stage, step);
    if (stage == kRouter) {
      add_early_signs(c, step);
    }
    if (step.lines.empty() && !is_known(c, stage)) {
      step.answer = Answer::kUnknown;
      step.lines.push_back(
          "not recorded: " + std::string(kStages[stage].missing));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace moestro
