// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/conductor_memory.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/error.h"
#include "moestro/base/json.h"

namespace moestro {
namespace {

constexpr auto kWhat = "the conductor's memory";

// JSON has no number that is not finite: null stands for it.
double number_of(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN()
                        : json.as_number();
}

std::vector<double> numbers_of(const Json& json) {
  std::vector<double> numbers;
  for (const auto& item : json.as_array()) {
    numbers.push_back(number_of(item));
  }
  return numbers;
}

Json json_of(const Act& act) {
  return JsonObject{
      {"lever", name_of(act.lever)},
      {"layer", int64_t{act.layer}},
      {"routing", act.routing},
      {"expert", int64_t{act.expert}},
      {"name", act.name},
      {"before", act.before},
      {"after", act.after},
      {"kept", act.kept}};
}

Act act_of(const Json& json) {
  const auto lever = lever_of(json.at("lever").as_string());
  if (!lever) {
    fail_data(std::string(kWhat) + " names a lever that does not exist");
  }
  return {
      .lever = *lever,
      .layer = static_cast<int32_t>(json.at("layer").as_int()),
      .routing = json.at("routing").as_string(),
      .expert = static_cast<int32_t>(json.at("expert").as_int()),
      .name = json.at("name").as_string(),
      .before = numbers_of(json.at("before")),
      .after = numbers_of(json.at("after")),
      .kept = numbers_of(json.at("kept"))};
}

Json json_of(const SuccessTest& test) {
  JsonArray layers;
  for (const auto layer : test.layers) {
    layers.emplace_back(int64_t{layer});
  }
  return JsonObject{
      {"statistic", test.statistic},
      {"layers", layers},
      {"expert", int64_t{test.expert}},
      {"below", test.below},
      {"threshold", test.threshold},
      {"before", test.before},
      {"windows", test.windows},
      {"early", test.early}};
}

SuccessTest test_of(const Json& json) {
  SuccessTest test{
      .statistic = json.at("statistic").as_string(),
      .expert = static_cast<int32_t>(json.at("expert").as_int()),
      .below = json.at("below").as_bool(),
      .threshold = number_of(json.at("threshold")),
      .before = number_of(json.at("before")),
      .windows = json.at("windows").as_int(),
      .early = json.at("early").as_bool()};
  for (const auto& layer : json.at("layers").as_array()) {
    test.layers.push_back(static_cast<int32_t>(layer.as_int()));
  }
  return test;
}

Json json_of(const Flight& flight) {
  JsonArray acts;
  for (const auto& act : flight.order.acts) {
    acts.push_back(json_of(act));
  }
  return JsonObject{
      {"verdict", flight.order.verdict},
      {"rung", flight.order.rung},
      {"acts", acts},
      {"reason", flight.order.reason},
      {"test", json_of(flight.order.test)},
      {"temporary", flight.order.temporary},
      {"windows", flight.windows},
      {"met", flight.met},
      {"loss", flight.loss}};
}

Flight flight_of(const Json& json) {
  Flight flight{
      .order =
          {.verdict = json.at("verdict").as_string(),
           .rung = json.at("rung").as_int(),
           .reason = json.at("reason").as_string(),
           .test = test_of(json.at("test")),
           .temporary = json.at("temporary").as_bool()},
      .windows = json.at("windows").as_int(),
      .met = json.at("met").as_int(),
      .loss = number_of(json.at("loss"))};
  for (const auto& act : json.at("acts").as_array()) {
    flight.order.acts.push_back(act_of(act));
  }
  return flight;
}

ConductorMemory read(const Json& json) {
  ConductorMemory memory{
      .actions = json.at("actions").as_int(),
      .rest_until = json.at("rest_until").as_int(),
      .cured = json.at("cured").as_int()};
  for (const auto& [verdict, rung] : json.at("rungs").as_object()) {
    memory.rungs[verdict] = rung.as_int();
  }
  for (const auto& said : json.at("said").as_array()) {
    memory.said.insert(said.as_string());
  }
  const auto flight = json.at("flight");
  if (!flight.is_null()) {
    memory.flight = flight_of(flight);
  }
  return memory;
}

}  // namespace

bool ConductorMemory::empty() const {
  return actions == 0 && rest_until == 0 && cured == 0 && rungs.empty() &&
         said.empty() && !flight;
}

std::string text_of(const ConductorMemory& memory) {
  JsonObject rungs;
  for (const auto& [verdict, rung] : memory.rungs) {
    rungs.emplace_back(verdict, rung);
  }
  JsonArray said;
  for (const auto& one : memory.said) {
    said.emplace_back(one);
  }
  return dump(JsonObject{
      {"actions", memory.actions},
      {"rest_until", memory.rest_until},
      {"cured", memory.cured},
      {"rungs", rungs},
      {"said", said},
      {"flight", memory.flight ? json_of(*memory.flight) : Json()}});
}

ConductorMemory memory_of(std::string_view text) {
  const auto json = parse_json(text, kWhat);
  try {
    return read(json);
  } catch (const ContractError& error) {
    fail_data(std::string(kWhat) + " is of another version: " + error.what());
  }
}

}  // namespace moestro
