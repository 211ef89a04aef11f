// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/case.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/settings.h"
#include "moestro/diagnose/watch_options.h"
#include "moestro/diagnose/words.h"

namespace moestro {
namespace {

constexpr size_t kWarmUp = 8;  // windows
constexpr double kJump = 1.5, kRisen = 1.05;
constexpr size_t kRecent = 4;

template <class Value>
std::vector<int32_t> distinct(
    const std::vector<const AlarmEntry*>& alarms, Value value) {
  std::vector<int32_t> numbers;
  for (const auto* alarm : alarms) {
    if (value(*alarm) >= 0) {
      numbers.push_back(value(*alarm));
    }
  }
  std::ranges::sort(numbers);
  const auto rest = std::ranges::unique(numbers);
  numbers.erase(rest.begin(), rest.end());
  return numbers;
}

Brief brief_of(const LayerWindow& w, int64_t step) {
  return {
      .step = step,
      .max_vio = std::ranges::max(w.load) - 1,
      .token_entropy = w.token_entropy,
      .row_excess = w.mean("row-excess"),
      .phi = w.phi,
      .flips = w.mean("flip-rate"),
      .mode_flips = w.mean("mode-flips"),
      .similarity = w.mean("output-similarity"),
      .margin = w.mean("margin"),
      .bias_drift = w.mean("bias-drift"),
      .bias_largest = w.mean("bias-largest"),
      .rank_dispersion = w.mean("rank-dispersion"),
      .furthest_rank = w.mean("rank-furthest")};
}

using Extras = std::vector<std::pair<std::string, double>>;

std::optional<double> named(const Extras& extras, const std::string& name) {
  const auto found =
      std::ranges::find(extras, name, [](const auto& x) { return x.first; });
  return found == extras.end() ? std::nullopt : std::optional(found->second);
}

// Mean over the domains of what an expert does to each, by the mix; 1 where
// that is not known.
double mixed_lift(const Case& c, const Extras& extras, size_t expert) {
  double sum = 0, weight = 0;
  for (size_t d = 0; d < c.mix.size(); ++d) {
    const auto lift = named(
        extras, "lift/" + c.facts.domains[d] + "/" + std::to_string(expert));
    if (lift && c.mix[d] > 0) {
      sum += c.mix[d] * *lift;
      weight += c.mix[d];
    }
  }
  return weight > 0 ? sum / weight : 1;
}

std::vector<double> evaluated_load(
    const Case& c, const Extras& extras, size_t experts) {
  std::vector<double> load_E;
  for (size_t e = 0; e < experts; ++e) {
    const auto load = named(extras, "valid_load/" + std::to_string(e));
    if (!load) {
      return {};
    }
    load_E.push_back(*load * mixed_lift(c, extras, e));
  }
  return load_E;
}

}  // namespace

const AlarmEntry* Case::first(std::string_view id) const {
  const auto found = std::ranges::find(alarms, id, &AlarmEntry::id);
  return found == alarms.end() ? nullptr : &*found;
}

const AlarmEntry* Case::first_serious(std::string_view id) const {
  const auto found = std::ranges::find_if(alarms, [id](const AlarmEntry& a) {
    return a.id == id && a.level >= Level::kWarn;
  });
  return found == alarms.end() ? nullptr : &*found;
}

std::vector<const AlarmEntry*> Case::all(std::string_view id) const {
  std::vector<const AlarmEntry*> found;
  for (const auto& alarm : alarms) {
    if (alarm.id == id) {
      found.push_back(&alarm);
    }
  }
  return found;
}

std::vector<const AlarmEntry*> Case::before(
    int64_t step, std::initializer_list<std::string_view> ids) const {
  std::vector<const AlarmEntry*> found;
  for (const auto id : ids) {
    const auto* alarm = first(id);
    if (alarm != nullptr && alarm->step < step) {
      found.push_back(alarm);
    }
  }
  return found;
}

std::vector<const AlarmEntry*> Case::serious() const {
  std::vector<const AlarmEntry*> found;
  for (const auto& alarm : alarms) {
    if (alarm.level >= Level::kWarn) {
      found.push_back(&alarm);
    }
  }
  return found;
}

std::string RateJump::text() const {
  return "the learning rate jumped from " + words::number(before) + " to " +
         words::number(after);
}

std::optional<RateJump> Case::rate_jump(int64_t step) const {
  for (size_t i = 1; i < run.size(); ++i) {
    const auto &now = run[i], &before = run[i - 1];
    const bool near = now.step - window <= step && step - now.step <= soon();
    // A warm-up rises from nothing.
    if (near && i > kWarmUp && now.lr > kJump * before.lr) {
      // It may have leapt in the middle of the window.
      const auto next = std::min(i + 1, run.size() - 1);
      return RateJump{before.lr, std::fmax(now.lr, run[next].lr)};
    }
  }
  return std::nullopt;
}

std::optional<std::string> Case::loss_rise(int64_t step) const {
  double before = std::numeric_limits<double>::quiet_NaN(), most = before;
  for (const auto& brief : run) {
    if (brief.step <= step - window) {
      before = brief.loss;
    } else if (brief.step > step && brief.step <= step + soon()) {
      most = std::fmax(most, brief.loss);
    }
  }
  return most > kRisen * before
             ? std::optional(
                   "the mean loss of a window rose from " +
                   words::number(before) + " to " + words::number(most))
             : std::nullopt;
}

std::optional<double> Case::setting(std::string_view key) const {
  const auto all = recorded_settings(facts);
  const auto found = std::ranges::find(all, key, &Setting::key);
  if (found == all.end()) {
    return std::nullopt;
  }
  if (const auto* real = std::get_if<double>(&found->value)) {
    return *real;
  }
  const auto* whole = std::get_if<int64_t>(&found->value);
  return whole == nullptr ? std::nullopt
                          : std::optional(static_cast<double>(*whole));
}

std::optional<std::string> Case::words(std::string_view key) const {
  return recorded_words(facts, key);
}

void CaseBook::add(const RunWindow& window) {
  case_.run.push_back(
      {window.step,
       window.mean("loss/lm"),
       window.mean("lr"),
       window.mean("data/commonest")});
  case_.mix.clear();
  for (const auto& domain : case_.facts.domains) {
    case_.mix.push_back(window.mean("data/domain/" + domain));
  }
  for (const auto& w : window.layers) {
    if (w.load.empty()) {
      continue;
    }
    auto& history = case_.layers[w.key()];
    history.briefs.push_back(brief_of(w, window.step));
    history.traffic.add(w);
    auto& recent = history.recent_loads;
    recent.push_back(w.load);
    if (recent.size() > kRecent) {
      recent.erase(recent.begin());
    }
  }
}

namespace {

constexpr double kUneven = 0.5;       // MaxVio
constexpr double kStandsStill = 0.1;  // of the controller's rate
constexpr int64_t kIdleSteps = 100;

size_t busiest(const std::vector<double>& load_E) {
  return static_cast<size_t>(std::ranges::max_element(load_E) - load_E.begin());
}

// The same expert has too much in all of the last windows.
bool stays_uneven(const LayerHistory& history) {
  const auto hot = busiest(history.last_load());
  return history.recent_loads.size() == kRecent &&
         std::ranges::all_of(history.recent_loads, [hot](const auto& load_E) {
           return busiest(load_E) == hot && load_E[hot] - 1 > kUneven;
         });
}

// The last stretch of windows in which it moved by no more than that.
std::optional<IdleController> stretch(
    const std::vector<Brief>& briefs, double limit) {
  std::optional<IdleController> idle;
  for (const auto& brief : briefs) {
    if (!std::isfinite(brief.bias_drift)) {
      continue;
    }
    if (brief.bias_drift > limit || brief.max_vio <= kUneven) {
      idle.reset();
    } else if (!idle) {
      idle = IdleController{.since = brief.step};
    }
    if (idle) {
      idle->drift = std::max(idle->drift, brief.bias_drift);
    }
  }
  return idle;
}

}  // namespace

std::optional<IdleController> idle_controller(const Case& c) {
  const auto name = c.words("moe.controllers");
  if (name && name->empty()) {
    return std::nullopt;
  }
  const auto rate =
      name ? c.setting("moe.controller." + *name + ".rate") : std::nullopt;
  for (const auto& [key, history] : c.layers) {
    auto idle = stretch(history.briefs, kStandsStill * rate.value_or(0));
    const auto last = history.briefs.back().step;
    if (idle && stays_uneven(history) && last - idle->since >= kIdleSteps) {
      idle->layer = key;
      idle->max_vio = history.briefs.back().max_vio;
      idle->name = name.value_or("");
      return idle;
    }
  }
  return std::nullopt;
}

void add_record(Case& c, const RunReader& reader) {
  for (const auto& event : reader.events()) {
    c.journal.push_back({event.step, event.kind, event.text});
  }
  for (auto& [key, history] : c.layers) {
    const auto extras =
        reader.latest_extras(key.first, reader.last_step() + 1, key.second);
    history.evaluated = evaluated_load(c, extras, history.last_load().size());
    history.evaluated_tokens = named(extras, "valid_tokens").value_or(0);
  }
}

std::vector<int32_t> layers_of(const std::vector<const AlarmEntry*>& alarms) {
  return distinct(alarms, [](const AlarmEntry& a) { return a.layer; });
}

std::vector<int32_t> experts_of(const std::vector<const AlarmEntry*>& alarms) {
  return distinct(alarms, [](const AlarmEntry& a) { return a.expert; });
}

}  // namespace moestro
