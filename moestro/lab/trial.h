// SPDX-License-Identifier: Apache-2.0
// One run of a scenario, trained and examined.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/diagnose/doctor.h"
#include "moestro/lab/harm.h"
#include "moestro/lab/scenario.h"

MOESTRO_API_BEGIN
namespace moestro {

// Which of a scenario's runs.
enum class Arm {
  kHealthy,    // without the faults
  kUntreated,  // with them
  kTreated,    // with them, and the conductor at work
};
[[nodiscard]] std::string_view name_of(Arm);

struct TrialSite {
  const Registry& registry;
  std::filesystem::path folder;  // for the runs
  std::string corpus = "corpus";
  std::vector<Setting> sets{};                   // over everything
  std::function<int()> stop = [] { return 0; };  // a signal that asks for it
  bool as_counts = false;  // the doctor sees a trace of counts, not the run
};

struct Trial {
  std::filesystem::path folder;
  Examination examination;
  Curve valid;
  std::vector<RunReader::Event> actions;  // of the conductor
  int stopped = 0;                        // by this signal, unfinished
};

// What a run of this scenario is configured with; equal texts are equal runs.
[[nodiscard]] std::vector<Setting> settings_of(
    const Scenario&, Arm, int64_t seed, const TrialSite&);

[[nodiscard]] Trial run_trial(
    const Scenario&, Arm, int64_t seed, const TrialSite&);

}  // namespace moestro
MOESTRO_API_END
