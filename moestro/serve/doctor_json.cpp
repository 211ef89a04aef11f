// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/doctor_json.h"

namespace moestro {
namespace {

// -1 is no number of a layer or an expert.
Json known(int32_t number) {
  return number < 0 ? Json(nullptr) : Json(int64_t{number});
}

Json numbers(const std::vector<int32_t>& list) {
  JsonArray array;
  for (const auto number : list) {
    array.emplace_back(int64_t{number});
  }
  return array;
}

Json verdict_json(const Diagnosis& d) {
  return JsonObject{
      {"id", d.id},
      {"name", d.name},
      {"confidence", d.confidence},
      {"layers", numbers(d.layers)},
      {"experts", numbers(d.experts)},
      {"since_step", d.since_step},
      {"evidence_for", d.evidence_for},
      {"evidence_against", d.evidence_against},
      {"test", d.test},
      {"action", d.action},
      {"success", d.success},
      {"rollback", d.rollback}};
}

Json walk_json(const std::vector<WalkStep>& walk) {
  JsonArray steps;
  for (const auto& step : walk) {
    steps.push_back(JsonObject{
        {"question", step.question},
        {"answer", name_of(step.answer)},
        {"lines", step.lines}});
  }
  return steps;
}

}  // namespace

Json to_json(const AlarmEntry& alarm) {
  JsonObject object{
      {"id", alarm.id},
      {"level", name_of(alarm.level)},
      {"step", alarm.step},
      {"layer", known(alarm.layer)},
      {"expert", known(alarm.expert)},
      {"value", alarm.value},
      {"threshold", alarm.threshold},
      {"message", alarm.message},
      {"closed_step",
       alarm.closed_step ? Json(*alarm.closed_step) : Json(nullptr)}};
  if (!alarm.routing.empty()) {
    object.emplace_back("routing", alarm.routing);
  }
  return object;
}

Json alarms_json(const Examination& e) {
  JsonArray alarms;
  for (const auto& alarm : e.alarms) {
    alarms.push_back(to_json(alarm));
  }
  return alarms;
}

Json verdicts_json(const Examination& e) {
  JsonArray verdicts;
  for (const auto& verdict : e.verdicts) {
    verdicts.push_back(verdict_json(verdict));
  }
  return verdicts;
}

Json to_json(const Examination& e) {
  return JsonObject{
      {"version", 1},
      {"self_test", e.self_test ? "passed" : "failed"},
      {"steps", e.steps},
      {"alarms", alarms_json(e)},
      {"verdicts", verdicts_json(e)},
      {"walk", walk_json(e.walk)},
      {"unknown", e.unknown}};
}

}  // namespace moestro
