// SPDX-License-Identifier: Apache-2.0
// A case made by hand, and what one verdict says of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "moestro/diagnose/core_registry.h"
#include "moestro/diagnose/doctor.h"

namespace moestro {

inline AlarmEntry alarm(
    const std::string& id, Level level, int64_t step, int32_t layer = -1) {
  return {
      .id = id,
      .level = level,
      .step = step,
      .layer = layer,
      .message = id + " happened"};
}

inline std::optional<Diagnosis> judged(
    std::string_view name, const Case& the_case) {
  const auto registry = core_registry();
  return registry.at<Verdict>(name).make({}, {})->judge(the_case);
}

inline double confidence(std::string_view name, const Case& the_case) {
  const auto diagnosis = judged(name, the_case);
  return diagnosis ? diagnosis->confidence : 0;
}

inline Case case_of(std::vector<AlarmEntry> alarms, std::string config = "") {
  Case c{.facts = {.recipe = "topk"}, .from_scratch = true};
  if (!config.empty()) {
    c.facts.config = std::move(config);
  }
  c.alarms = std::move(alarms);
  return c;
}

}  // namespace moestro
