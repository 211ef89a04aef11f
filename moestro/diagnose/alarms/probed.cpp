// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/alarms/probed.h"

#include <cmath>

#include "moestro/diagnose/words.h"

namespace moestro::alarms {

std::string Probed::words_of(const State& state) const {
  std::string experts;
  if (state.expert >= 0) {
    experts = (state.other >= 0 ? "experts " : "expert ") +
              std::to_string(state.expert) +
              (state.other >= 0 ? " and " + std::to_string(state.other) : "") +
              ": ";
  }
  return experts + std::string(what_.message) + " (" +
         std::string(what_.metric) + " " + words::number(state.last) +
         (what_.higher ? ", above " : ", below ") + words::number(what_.limit) +
         ")";
}

void Probed::window(const RunWindow& run, const WatchSite&, const Tell& tell) {
  for (const auto& w : run.layers) {
    if (run.warm || !what_.warm) {
      look(w, tell);
    }
  }
}

void Probed::look(const LayerWindow& w, const Tell& tell) {
  auto& state = layers_[w.key()];
  const double value = w.mean(what_.metric);
  if (std::isfinite(value)) {
    const bool beyond =
        what_.higher ? value > what_.limit : value < what_.limit;
    state.beyond = beyond ? state.beyond + 1 : 0;
    state.last = value;
    state.expert = w.expert(what_.expert);
    state.other = w.expert(what_.other);
  }
  if (state.beyond >= what_.probes) {
    tell(
        {.level = what_.level,
         .layer = w.layer,
         .routing = w.routing,
         .expert = state.expert,
         .value = state.last,
         .threshold = what_.limit,
         .message = words::layer(w.layer, w.routing) + ": " + words_of(state)});
  }
}

}  // namespace moestro::alarms
