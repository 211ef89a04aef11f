// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/doctor.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/attempt.h"
#include "moestro/diagnose/replay.h"

namespace moestro {
namespace {

constexpr std::string_view kBroken = "A24";
// What would be no more than a guess is not said.
constexpr double kWorthSaying = 0.1;

// One cause that is nearly sure explains what others would hang on little: of
// what was said with less than 0.6 beside it, one in twelve was a cause
// (docs/scenarios.md).
constexpr double kNearlySure = 0.8, kWeak = 0.6, kExplainedOdds = 0.15;

// "D03" of "d03-rich-get-richer", and "rich-get-richer".
void name_it(Diagnosis& d, std::string_view name) {
  const auto dash = name.find('-');
  d.id = verdict_id(name);
  d.name = dash == std::string_view::npos ? name : name.substr(dash + 1);
}

void consult(const Variant<Verdict>& verdict, const Case& c, Opinions& all) {
  const auto name = verdict.info.name;
  const auto failure = failure_of([&] {
    if (auto opinion = verdict.make({}, {})->judge(c)) {
      name_it(*opinion, name);
      all.verdicts.push_back(std::move(*opinion));
    }
  });
  if (failure) {
    all.failed.push_back(
        "whether it is " + std::string(name) +
        ": the verdict itself failed: " + *failure);
  }
}

void explain_away(std::vector<Diagnosis>& best_first) {
  if (best_first.empty() || best_first.front().confidence < kNearlySure) {
    return;
  }
  for (auto& d : best_first) {
    if (d.confidence < kWeak) {
      const double odds = kExplainedOdds * d.confidence / (1 - d.confidence);
      d.confidence = odds / (1 + odds);
    }
  }
}

// Drops what is not worth saying beside the rest.
void sift(std::vector<Diagnosis>& best_first) {
  explain_away(best_first);
  std::erase_if(best_first, [](const Diagnosis& d) {
    return d.confidence < kWorthSaying;
  });
  // Somebody knows better.
  if (!best_first.empty() && best_first.front().confidence >= kLowConfidence) {
    std::erase_if(best_first, [](const Diagnosis& d) { return d.id == "D99"; });
  }
  const auto broken =
      std::ranges::find(best_first, std::string_view("D00"), &Diagnosis::id);
  if (broken != best_first.end()) {
    best_first = {Diagnosis(*broken)};
  }
}

std::vector<std::string> unknown_of(const Case& c) {
  std::vector<std::string> list;
  bool probabilities = false, ranks = false;
  for (const auto& [key, history] : c.layers) {
    for (const auto& brief : history.briefs) {
      probabilities = probabilities || std::isfinite(brief.token_entropy);
      ranks = ranks || std::isfinite(brief.rank_dispersion);
    }
  }
  if (!probabilities && !c.layers.empty()) {
    list.emplace_back(
        "scores of the router were not recorded: over-confidence, logit growth "
        "and a uniform router cannot be seen");
  }
  if (c.facts.domains.size() < 2) {
    list.emplace_back(
        "domains of the text were not recorded: a change of data cannot be "
        "told from one of the router");
  }
  if (!c.facts.config) {
    list.emplace_back(
        "the configuration was not recorded: which balancing was on is "
        "unknown");
  }
  if (c.facts.origin && !ranks) {
    list.emplace_back(
        "counts of single ranks were not recorded (\"rank\"): one that has "
        "gone its own way cannot be seen");
  }
  return list;
}

}  // namespace

Opinions diagnose(const Case& c, const Registry& registry) {
  Opinions all;
  for (const auto name : registry.names(Verdict::kKind)) {
    consult(registry.at<Verdict>(name), c, all);
  }
  std::ranges::stable_sort(
      all.verdicts, std::ranges::greater(), &Diagnosis::confidence);
  sift(all.verdicts);
  return all;
}

std::optional<Level> worst_level(const std::vector<AlarmEntry>& alarms) {
  std::optional<Level> worst;
  for (const auto& alarm : alarms) {
    worst = worst ? std::max(*worst, alarm.level) : alarm.level;
  }
  return worst;
}

std::vector<AlarmEntry> worst_of_each_rule(
    const std::vector<AlarmEntry>& alarms) {
  std::vector<AlarmEntry> worst;
  for (const auto& alarm : alarms) {
    const auto known = std::ranges::find(worst, alarm.id, &AlarmEntry::id);
    if (known == worst.end()) {
      worst.push_back(alarm);
    } else if (alarm.level > known->level) {
      *known = alarm;
    }
  }
  return worst;
}

Examination examine(const RunReader& reader, const Registry& registry) {
  Case c{.facts = reader.facts()};
  CaseBook book(c);
  StringPool pool;
  Watch watch(registry, watch_options(c.facts, pool), c.facts);
  watch.on_window([&book](const RunWindow& w) { book.add(w); });
  Examination result;
  replay(reader, reader.last_step(), watch, [&result](const StepRecord&) {
    ++result.steps;
  });
  watch.finish();
  add_record(c, reader);
  c.from_scratch = c.facts.recipe.has_value();
  c.window = watch.window();
  c.alarms = watch.alarms();
  result.alarms = c.alarms;
  result.self_test = c.first(kBroken) == nullptr;
  auto opinions = diagnose(c, registry);
  result.verdicts = std::move(opinions.verdicts);
  result.walk = walk(c, result.verdicts);
  result.unknown = unknown_of(c);
  std::ranges::move(opinions.failed, std::back_inserter(result.unknown));
  return result;
}

}  // namespace moestro
