// SPDX-License-Identifier: Apache-2.0
#include "cli/scenario_json.h"

#include "moestro/serve/doctor_json.h"

namespace moestro {
namespace {

Json events_json(const std::vector<RunReader::Event>& events) {
  JsonArray all;
  for (const auto& e : events) {
    all.push_back(
        JsonObject{{"step", e.step}, {"kind", e.kind}, {"text", e.text}});
  }
  return all;
}

Json recovery_json(const ScenarioResult& r) {
  JsonObject object{{"recoverable", r.scenario->expected.recoverable}};
  if (r.recovery) {
    object.emplace_back("treated_valid_loss", r.recovery->treated);
    object.emplace_back("healthy_valid_loss", r.recovery->healthy);
    object.emplace_back("untreated_valid_loss", r.recovery->untreated);
    object.emplace_back("tolerance", r.recovery->tolerance);
    object.emplace_back("recovered", r.recovery->recovered());
  }
  return object;
}

Json result_json(const ScenarioResult& r) {
  const auto examined = to_json(r.trial.examination);
  return JsonObject{
      {"id", r.scenario->id},
      {"kind", r.scenario->healthy ? "healthy" : "fault"},
      {"seed", r.seed},
      {"fault_step",
       r.scenario->healthy ? Json(nullptr) : Json(r.scenario->fault_step())},
      {"self_test", examined.at("self_test")},
      {"alarms", examined.at("alarms")},
      {"verdicts", examined.at("verdicts")},
      {"harm_onset", r.harm_onset ? Json(*r.harm_onset) : Json(nullptr)},
      {"actions", events_json(r.actions)},
      {"recovery", recovery_json(r)}};
}

Json summary_json(const SuiteSummary& s) {
  return JsonObject{
      {"faults", s.faults},
      {"detected", s.detected},
      {"named_first", s.first},
      {"named_among_three", s.top3},
      {"wrong_verdicts", s.wrong},
      {"gradual", s.gradual},
      {"gradual_ahead", s.ahead},
      {"median_lead", s.median_lead ? Json(*s.median_lead) : Json(nullptr)},
      {"controls", s.controls},
      {"control_warnings", s.warnings},
      {"control_pages", s.pages},
      {"control_verdicts", s.control_verdicts},
      {"control_actions", s.control_actions},
      {"recoverable", s.recoverable},
      {"recovered", s.recovered}};
}

}  // namespace

Json to_json(std::span<const ScenarioResult> results) {
  JsonArray all;
  for (const auto& r : results) {
    all.push_back(result_json(r));
  }
  return JsonObject{
      {"version", 1},
      {"results", std::move(all)},
      {"summary", summary_json(summarise(results))}};
}

}  // namespace moestro
