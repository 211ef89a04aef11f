// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/watch_options.h"

#include <algorithm>
#include <variant>

#include "moestro/base/error.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

void store(WatchOptions& options, const Setting& s, StringPool& pool) {
  for (const auto& param : kWatchParams) {
    if (s.key == "alarms." + std::string(param.name)) {
      param.store(&options, typed(s, param, pool));
    }
  }
}

}  // namespace

std::vector<Setting> recorded_settings(const RunFacts& facts) {
  try {
    return parse_toml(facts.config.value_or(""), "the run's configuration");
  } catch (const ConfigurationError&) {
    return {};
  }
}

std::optional<std::string> recorded_words(
    const RunFacts& facts, std::string_view key) {
  const auto all = recorded_settings(facts);
  const auto found = std::ranges::find(all, key, &Setting::key);
  if (found == all.end()) {
    return std::nullopt;
  }
  const auto& value = found->value;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    return join({list->begin(), list->end()}, ",");
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    return *flag ? "true" : "false";
  }
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

WatchOptions watch_options(const RunFacts& facts, StringPool& pool) {
  try {
    WatchOptions options;
    for (const auto& s : recorded_settings(facts)) {
      store(options, s, pool);
    }
    return options;
  } catch (const ConfigurationError&) {
    return {};  // of another version: nothing is known of it
  }
}

}  // namespace moestro
