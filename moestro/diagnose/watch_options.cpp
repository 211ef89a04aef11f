// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/watch_options.h"

#include <string>

#include "moestro/base/error.h"

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
