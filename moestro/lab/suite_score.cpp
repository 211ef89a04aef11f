// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "moestro/base/text.h"
#include "moestro/lab/suite.h"
#include "moestro/stats/robust.h"

namespace moestro {
namespace {

bool is_in(std::string_view list, std::string_view id) {
  const auto ids = split(list);
  return std::ranges::find(ids, id) != ids.end();
}

// Expected verdicts among the first `count`.
bool is_named(const ScenarioResult& r, size_t count) {
  const auto& verdicts = r.trial.examination.verdicts;
  for (size_t i = 0; i < std::min(count, verdicts.size()); ++i) {
    if (is_in(r.scenario->expected.verdicts, verdicts[i].id)) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> wrong_ones(const ScenarioResult& r) {
  std::vector<std::string> wrong;
  const auto& verdicts = r.trial.examination.verdicts;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const auto& d = verdicts[i];
    const bool stands = i == 0 || d.confidence >= kLowConfidence;
    if (stands && is_in(r.scenario->expected.never, d.id)) {
      wrong.push_back(d.id);
    }
  }
  return wrong;
}

void add_fault(
    SuiteSummary& s,
    const ScenarioResult& r,
    const Verdicts& v,
    std::vector<double>& leads) {
  ++s.faults;
  s.detected += v.is_detected ? 1 : 0;
  s.first += v.named_first ? 1 : 0;
  s.top3 += v.named_top3 ? 1 : 0;
  s.wrong += v.wrong.empty() ? 0 : 1;
  if (r.scenario->expected.gradual) {
    ++s.gradual;
    const auto seen = v.detected_step;
    s.ahead += seen && (!r.harm_onset || *seen < *r.harm_onset) ? 1 : 0;
    if (r.harm_onset && seen) {
      leads.push_back(static_cast<double>(*r.harm_onset - *seen));
    }
  }
  if (r.recovery && r.scenario->expected.recoverable) {
    ++s.recoverable;
    s.recovered += r.recovery->recovered() ? 1 : 0;
  }
}

void add_control(SuiteSummary& s, const ScenarioResult& r, const Verdicts& v) {
  ++s.controls;
  s.warnings += v.warnings;
  s.pages += v.pages;
  const auto& verdicts = r.trial.examination.verdicts;
  s.control_verdicts += std::ranges::count_if(verdicts, [](const auto& d) {
    return d.confidence >= kLowConfidence && d.id != "D20";
  });
  s.control_actions += std::ranges::count_if(
      r.actions, [](const auto& e) { return e.kind == "acted"; });
}

}  // namespace

Verdicts read_result(const ScenarioResult& r) {
  Verdicts v;
  const auto& expected = r.scenario->expected;
  for (const auto& alarm : r.trial.examination.alarms) {
    v.warnings += alarm.level == Level::kWarn ? 1 : 0;
    v.pages += alarm.level == Level::kPage ? 1 : 0;
    const bool fits = is_in(expected.alarms, alarm.id) &&
                      alarm.step >= r.scenario->fault_step();
    if (fits && v.detected == nullptr) {
      v.detected = &alarm;
      v.detected_step = alarm.step;
    }
  }
  v.named_first = is_named(r, 1);
  v.named_top3 = is_named(r, 3);
  v.wrong = wrong_ones(r);
  // What no alarm is expected of is detected by its verdict.
  v.is_detected =
      expected.alarms.empty() ? v.named_top3 : v.detected != nullptr;
  return v;
}

SuiteSummary summarise(std::span<const ScenarioResult> results) {
  SuiteSummary s;
  std::vector<double> leads;
  for (const auto& r : results) {
    const auto v = read_result(r);
    if (r.scenario->healthy) {
      add_control(s, r, v);
    } else {
      add_fault(s, r, v, leads);
    }
  }
  if (!leads.empty()) {
    s.median_lead = median(leads);
  }
  return s;
}

}  // namespace moestro
