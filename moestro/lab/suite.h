// SPDX-License-Identifier: Apache-2.0
// Scenarios over several seeds: what the watch and the doctor made of each, and
// whether it was right.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/lab/trial.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Recovery {
  double treated = 0, healthy = 0, untreated = 0;  // last validation loss, nats
  double tolerance = 0;  // max(1 %, 2 sd of healthy seeds), nats

  // The conductor brought it back.
  [[nodiscard]] bool recovered() const {
    return treated <= healthy + tolerance;
  }
};

struct ScenarioResult {
  const Scenario* scenario = nullptr;
  int64_t seed = 0;
  Trial trial;
  std::optional<int64_t> harm_onset;
  std::vector<RunReader::Event> actions;  // of the treated run
  std::optional<Recovery> recovery;
};

struct SuiteOptions {
  int64_t seeds = 1, first_seed = 1;
  bool treat = true;  // also run what is recoverable under the conductor
  bool keep = false;  // leave the runs where they are
  int64_t workers = 2;
  // Runs done, runs in all, what has just ended.
  std::function<void(int64_t, int64_t, const std::string&)> progress{};
};

// In the order of the scenarios, then seeds. Stops early when the site's stop
// says so; what is finished is returned. Errors of any run end it.
[[nodiscard]] std::vector<ScenarioResult> run_suite(
    std::span<const Scenario>, const TrialSite&, const SuiteOptions&);

// How one result is to be read.
struct Verdicts {
  const AlarmEntry* detected = nullptr;  // the first expected alarm
  std::optional<int64_t> detected_step;  // of the alarm; none: by its verdict
  bool is_detected = false;
  bool named_first = false, named_top3 = false;
  std::vector<std::string> wrong;  // verdicts that had to stay out
  int64_t warnings = 0, pages = 0;
};
[[nodiscard]] Verdicts read_result(const ScenarioResult&);

struct SuiteSummary {
  int64_t faults = 0, detected = 0, first = 0, top3 = 0, wrong = 0;
  // Gradual faults, those of them that were detected before they did harm, if
  // they did any within the run, and the median lead over those that did.
  int64_t gradual = 0, ahead = 0;
  std::optional<double> median_lead;  // steps
  int64_t controls = 0, warnings = 0, pages = 0, control_verdicts = 0;
  int64_t control_actions = 0;
  int64_t recoverable = 0, recovered = 0;
};
[[nodiscard]] SuiteSummary summarise(std::span<const ScenarioResult>);

}  // namespace moestro
MOESTRO_API_END
