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

WatchOptions watch_options(const RunFacts& facts, StringPool& pool) {
  WatchOptions options;
  try {
    for (const auto& s :
         parse_toml(facts.config.value_or(""), "the run's configuration")) {
      store(options, s, pool);
    }
  } catch (const ConfigurationError&) {
    return {};  // of another version: nothing is known of it
  }
  return options;
}

}  // namespace moestro
