// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/case.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "moestro/base/error.h"
#include "moestro/base/settings.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

constexpr size_t kRecent = 4;

double total(const std::vector<int64_t>& counts) {
  return static_cast<double>(
      std::accumulate(counts.begin(), counts.end(), int64_t{0}));
}

Brief brief_of(const LayerWindow& w, int64_t step) {
  const double demand = total(w.counts.demand);
  return {
      .step = step,
      .tokens = w.counts.tokens,
      .max_vio = std::ranges::max(w.load) - 1,
      .min_load = std::ranges::min(w.load),
      .phi = w.phi,
      .token_entropy = w.token_entropy,
      .marginal_entropy = w.marginal_entropy,
      .lse_rms = w.lse_rms,
      .max_logit = w.max_logit,
      .drop_share = w.counts.kept.empty() || !(demand > 0)
                        ? 0
                        : 1 - total(w.counts.kept) / demand};
}

const Setting* find_setting(
    const std::vector<Setting>& all, std::string_view key) {
  const auto found =
      std::ranges::find(all, key, [](const Setting& s) { return s.key; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<Setting> settings_of(const RunFacts& facts) {
  try {
    return facts.config ? parse_toml(*facts.config, "the run's configuration")
                        : std::vector<Setting>{};
  } catch (const ConfigurationError&) {
    return {};  // of another version: then nothing is known of it
  }
}

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

}  // namespace

const AlarmEntry* Case::first(
    std::string_view id, std::optional<int32_t> layer) const {
  for (const auto& alarm : alarms) {
    if (alarm.id == id && (!layer || alarm.layer == *layer)) {
      return &alarm;
    }
  }
  return nullptr;
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

std::vector<const AlarmEntry*> Case::serious() const {
  std::vector<const AlarmEntry*> found;
  for (const auto& alarm : alarms) {
    if (alarm.level >= Level::kWarn) {
      found.push_back(&alarm);
    }
  }
  return found;
}

std::optional<double> Case::setting(std::string_view key) const {
  const auto all = settings_of(facts);
  const auto* found = find_setting(all, key);
  if (found == nullptr) {
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
  const auto all = settings_of(facts);
  const auto* found = find_setting(all, key);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (const auto* list = std::get_if<std::vector<std::string>>(&found->value)) {
    return join({list->begin(), list->end()}, ",");
  }
  const auto* text = std::get_if<std::string>(&found->value);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

void CaseBook::add(const RunWindow& window) {
  for (const auto& w : window.layers) {
    if (w.load.empty()) {
      continue;
    }
    auto& history = case_.layers[w.key()];
    history.top_k = w.top_k;
    if (history.briefs.empty()) {
      history.first_load = w.load;
    }
    history.last_load = w.load;
    history.last_demand = w.counts.demand;
    history.last_tokens = w.counts.tokens;
    history.briefs.push_back(brief_of(w, window.last_step));
    history.recent_loads.push_back(w.load);
    if (history.recent_loads.size() > kRecent) {
      history.recent_loads.erase(history.recent_loads.begin());
    }
  }
  for (const auto& [name, value] : window.means) {
    case_.series[name].emplace_back(window.last_step, value);
  }
}

std::vector<int32_t> layers_of(const std::vector<const AlarmEntry*>& alarms) {
  return distinct(alarms, [](const AlarmEntry& a) { return a.layer; });
}

std::vector<int32_t> experts_of(const std::vector<const AlarmEntry*>& alarms) {
  return distinct(alarms, [](const AlarmEntry& a) { return a.expert; });
}

}  // namespace moestro
