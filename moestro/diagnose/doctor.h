// SPDX-License-Identifier: Apache-2.0
// A run, examined: its alarms, and the causes that would explain them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/walk.h"
#include "moestro/diagnose/watch.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Examination {
  bool self_test = true;  // what is recorded can be true
  int64_t steps = 0;      // looked at
  std::vector<AlarmEntry> alarms;
  std::vector<Diagnosis> verdicts;  // most confident first
  std::vector<WalkStep> walk;       // step by step
  // What was not recorded, and why it counts; verdicts that could not judge.
  std::vector<std::string> unknown;
};

// Rules and verdicts are those of the registry; budgets, window and muted rules
// those of the run's configuration.
[[nodiscard]] Examination examine(const RunReader&, const Registry&);

struct Opinions {
  std::vector<Diagnosis> verdicts;  // best first; the registry breaks ties
  std::vector<std::string> failed;  // verdicts that threw, and what
};
[[nodiscard]] Opinions diagnose(const Case&, const Registry&);

// The worst level of any alarm; nothing without alarms.
[[nodiscard]] std::optional<Level> worst_level(const std::vector<AlarmEntry>&);
// Of each rule the first of its worst level, in the order in which the rules
// spoke first.
[[nodiscard]] std::vector<AlarmEntry> worst_of_each_rule(
    const std::vector<AlarmEntry>&);

}  // namespace moestro
MOESTRO_API_END
