// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/case.h"

#include <algorithm>

#include "moestro/base/settings.h"
#include "moestro/base/text.h"
#include "moestro/diagnose/watch_options.h"

namespace moestro {
namespace {

constexpr size_t kRecent = 4;

const Setting* find_setting(
    const std::vector<Setting>& all, std::string_view key) {
  const auto found =
      std::ranges::find(all, key, [](const Setting& s) { return s.key; });
  return found == all.end() ? nullptr : &*found;
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

const AlarmEntry* Case::first(std::string_view id) const {
  const auto found = std::ranges::find(alarms, id, &AlarmEntry::id);
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
  const auto all = recorded_settings(facts);
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
  const auto all = recorded_settings(facts);
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
  case_.losses.push_back(window.mean("loss/lm"));
  for (const auto& w : window.layers) {
    if (w.load.empty()) {
      continue;
    }
    auto& [briefs, recent] = case_.layers[w.key()];
    briefs.push_back({std::ranges::max(w.load) - 1, w.token_entropy});
    recent.push_back(w.load);
    if (recent.size() > kRecent) {
      recent.erase(recent.begin());
    }
  }
}

std::vector<int32_t> layers_of(const std::vector<const AlarmEntry*>& alarms) {
  return distinct(alarms, [](const AlarmEntry& a) { return a.layer; });
}

std::vector<int32_t> experts_of(const std::vector<const AlarmEntry*>& alarms) {
  return distinct(alarms, [](const AlarmEntry& a) { return a.expert; });
}

}  // namespace moestro
