// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/conductor.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "moestro/base/text.h"
#include "moestro/diagnose/doctor.h"
#include "moestro/diagnose/words.h"

namespace moestro {
namespace {

constexpr int64_t kRungs = 4;
constexpr size_t kSignals = 2;     // that an action rests on
constexpr int64_t kMemory = 20;    // windows that a closed alarm counts
constexpr int64_t kInARow = 2;     // windows that meet an early test
constexpr double kWorse = 1.05;    // times the loss before: harm
constexpr double kWorseBy = 0.05;  // nats, besides

constexpr std::string_view kBroken = "A24";

bool worse(double now, double before) {
  return std::isfinite(before) &&
         (!std::isfinite(now) || now > kWorse * before + kWorseBy);
}

bool meets(const SuccessTest& test, double value) {
  return test.below ? value < test.threshold : value > test.threshold;
}

// Rules whose words the verdict counts as evidence, each once.
std::vector<std::string> rules_behind(const Case& c, const Diagnosis& d) {
  std::set<std::string> rules;
  for (const auto* alarm : c.serious()) {
    const auto quotes = [alarm](const std::string& evidence) {
      return evidence.find(alarm->message) != std::string::npos;
    };
    if (std::ranges::any_of(d.evidence_for, quotes)) {
      rules.insert(alarm->id);
    }
  }
  return {rules.begin(), rules.end()};
}

double direction(const Act& act) {
  const auto first = [](const std::vector<double>& v) {
    return v.empty() ? 0 : v.front();
  };
  return first(act.after) - first(act.before);
}

bool against(const Act& x, const Act& y) {
  const bool same = x.lever == y.lever && x.layer == y.layer &&
                    x.routing == y.routing && x.name == y.name;
  return same && direction(x) * direction(y) < 0;
}

// The two orders pull one lever in opposite directions.
bool opposed(const Order& a, const Order& b) {
  return std::ranges::any_of(a.acts, [&b](const Act& x) {
    return std::ranges::any_of(
        b.acts, [&x](const Act& y) { return against(x, y); });
  });
}

// None where nothing has been raised.
std::vector<Diagnosis> sure_verdicts(const Case& c, const Registry& registry) {
  if (c.serious().empty()) {
    return {};
  }
  auto verdicts = diagnose(c, registry).verdicts;
  std::erase_if(verdicts, [](const Diagnosis& d) {
    return d.confidence < kLowConfidence;
  });
  return verdicts;
}

std::string list(const std::vector<std::string>& texts) {
  return join({texts.begin(), texts.end()}, "; ");
}

}  // namespace

std::string_view name_of(Turn turn) {
  constexpr std::string_view kNames[] = {
      "suggested", "acted", "succeeded", "undone"};
  return kNames[static_cast<size_t>(turn)];
}

Case recent(const Case& all, int64_t step, int64_t since) {
  auto some = all;
  const auto from = std::max(since, step - kMemory * all.window);
  std::erase_if(some.alarms, [from](const AlarmEntry& alarm) {
    return alarm.closed_step && alarm.step <= from;
  });
  return some;
}

Conductor::Conductor(const Registry& registry, const ConductorOptions& options)
    : acts_(options.mode == "auto"),
      silent_(options.mode == "observe"),
      options_(options),
      registry_(registry) {
  options_.mode = acts_ ? "auto" : silent_ ? "observe" : "suggest";
  for (const auto name : registry.names(Treatment::kKind)) {
    treatments_.push_back(
        {verdict_id(name), registry.at<Treatment>(name).make({}, {})});
  }
}

const Treatment* Conductor::treatment_of(const std::string& id) const {
  const auto found = std::ranges::find(treatments_, id, &Named::verdict);
  return found == treatments_.end() ? nullptr : found->treatment.get();
}

std::optional<Order> Conductor::plan(
    const Exam& exam, const Diagnosis& diagnosis) const {
  const auto tried = memory_.rungs.find(diagnosis.id);
  const auto first = tried == memory_.rungs.end() ? 0 : tried->second;
  const auto* treatment = treatment_of(diagnosis.id);
  for (auto rung = first; rung < kRungs; ++rung) {
    auto order = treatment->plan(exam, diagnosis, rung);
    if (order && !order->acts.empty()) {
      order->verdict = diagnosis.id;
      order->rung = rung;
      order->test.before = value_of(order->test, exam.window);
      return order;
    }
  }
  return std::nullopt;
}

Conductor::Choice Conductor::choice_of(
    const Exam& exam, Order order, const Diagnosis& diagnosis) const {
  auto signals = rules_behind(exam.record, diagnosis);
  auto sign = treatment_of(diagnosis.id)->confirmed(exam, diagnosis);
  if (!sign.empty()) {
    signals.push_back(std::move(sign));
  }
  order.reason = list(diagnosis.evidence_for);
  return {std::move(order), diagnosis, std::move(signals)};
}

// The best verdict that something can still be done about. A better one that
// has no treatment (the text, the instruments) forbids all others.
std::optional<Conductor::Choice> Conductor::choose(const Exam& all) const {
  const auto seen = recent(all.record, step_, memory_.cured);
  const Exam exam{seen, all.window, all.panel};
  std::optional<Choice> choice;
  for (const auto& diagnosis : sure_verdicts(seen, registry_)) {
    const bool treatable = treatment_of(diagnosis.id) != nullptr;
    if (!treatable && !choice) {
      return std::nullopt;
    }
    auto order = treatable ? plan(exam, diagnosis) : std::nullopt;
    if (order && !choice) {
      choice = choice_of(exam, std::move(*order), diagnosis);
    } else if (order && opposed(choice->order, *order)) {
      choice->conflict = diagnosis.id;
    }
  }
  return choice;
}

std::vector<Decision> Conductor::look(const Exam& exam) {
  step_ = exam.window.step;
  window_ = exam.record.window;
  if (silent_) {
    return {};
  }
  if (memory_.flight) {
    auto verdict = judge(exam, *memory_.flight);
    return verdict ? std::vector{std::move(*verdict)} : std::vector<Decision>{};
  }
  if (step_ < memory_.rest_until || exam.record.first(kBroken) != nullptr) {
    return {};
  }
  auto choice = choose(exam);
  return choice ? begin(exam, std::move(*choice)) : std::vector<Decision>{};
}

std::string Conductor::obstacle(const Choice& choice) const {
  if (!choice.conflict.empty()) {
    return choice.conflict + " would have the same knob moved the other way";
  }
  if (choice.signals.size() < kSignals) {
    return "there is one sign only: " + list(choice.signals);
  }
  if (memory_.actions >= options_.actions) {
    return fmt::format(
        "the run's {} actions are used up (conductor.actions)",
        options_.actions);
  }
  return acts_ ? "" : "conductor.mode = \"auto\" would do it";
}

std::vector<Decision> Conductor::begin(const Exam& exam, Choice choice) {
  const auto why = obstacle(choice);
  if (!why.empty()) {
    return suggest(choice, why);
  }
  const auto text = fmt::format(
      "{} {} ({:.2f}): {}; signs: {}; it worked if {}",
      choice.diagnosis.id,
      choice.diagnosis.name,
      choice.diagnosis.confidence,
      text_of(choice.order.acts),
      list(choice.signals),
      text_of(choice.order.test));
  ++memory_.actions;
  memory_.flight =
      Flight{.order = choice.order, .loss = exam.window.mean("loss/lm")};
  return {{Turn::kActed, std::move(choice.order), text}};
}

// Each once in a run.
std::vector<Decision> Conductor::suggest(
    const Choice& choice, const std::string& why) {
  const auto key =
      fmt::format("{} try {}", choice.order.verdict, choice.order.rung + 1);
  if (!memory_.said.insert(key).second) {
    return {};
  }
  const auto text = fmt::format(
      "{}, {} ({:.2f}): {}; {}; it will have worked if {}",
      key,
      choice.diagnosis.name,
      choice.diagnosis.confidence,
      text_of(choice.order.acts),
      why,
      text_of(choice.order.test));
  return {{Turn::kSuggested, choice.order, text}};
}

Decision Conductor::end(Flight& flight, Turn turn, const std::string& why) {
  auto order = std::move(flight.order);
  memory_.flight.reset();
  memory_.rest_until = step_ + options_.cool_down * window_;
  if (turn == Turn::kSucceeded) {
    memory_.cured = step_;
  } else {
    memory_.rungs[order.verdict] = order.rung + 1;
  }
  Decision decision{turn, std::move(order), ""};
  decision.text = fmt::format(
      "{}: {}{}; {}",
      decision.order.verdict,
      text_of(decision.order.acts),
      decision.takes_back() ? ", taken back" : "",
      why);
  return decision;
}

std::optional<Decision> Conductor::judge(const Exam& exam, Flight& flight) {
  const auto& test = flight.order.test;
  ++flight.windows;
  if (exam.record.first(kBroken) != nullptr) {
    return end(flight, Turn::kUndone, "what is recorded cannot be true (A24)");
  }
  const double loss = exam.window.mean("loss/lm");
  if (worse(loss, flight.loss)) {
    return end(
        flight,
        Turn::kUndone,
        "the loss rose from " + words::number(flight.loss) + " to " +
            words::number(loss));
  }
  const double value = value_of(test, exam.window);
  if (!std::isnan(value)) {
    flight.met = meets(test, value) ? flight.met + 1 : 0;
  }
  const bool over = flight.windows >= test.windows;
  if ((test.early && flight.met >= kInARow) || (over && flight.met > 0)) {
    const auto why = test.statistic + " went from " +
                     words::number(test.before) + " to " + words::number(value);
    return end(flight, Turn::kSucceeded, why);
  }
  if (!over) {
    return std::nullopt;
  }
  return end(
      flight,
      Turn::kUndone,
      std::isnan(value) ? test.statistic + " was not measured " +
                              (test.below ? "below " : "above ") +
                              words::number(test.threshold)
                        : test.statistic + " is " + words::number(value));
}

Decision Conductor::give_up(const std::string& why) {
  auto order = memory_.flight ? std::move(memory_.flight->order) : Order{};
  memory_.flight.reset();
  --memory_.actions;
  memory_.rest_until = step_ + options_.cool_down * window_;
  const auto text =
      order.verdict + ": " + text_of(order.acts) + "; not done: " + why;
  return {Turn::kSuggested, std::move(order), text};
}

}  // namespace moestro
