// SPDX-License-Identifier: Apache-2.0
// The requests of `moestro plan eplb`, `place`, `replay` and `llep`.
#include <gtest/gtest.h>

#include "moestro/plan/llep_json.h"
#include "moestro/plan/place_json.h"
#include "tests/plan/mutate.h"
#include "tests/plan/placements.h"

namespace moestro {
namespace {

using Plan = Json (*)(const Json&);

std::string answer(Plan plan, const std::string& request) {
  return dump(plan(parse_json(request, "request")));
}

void expect_refused(
    Plan plan, const std::string& request, const std::string& part) {
  expect_data_failure([&] { (void)answer(plan, request); }, part);
}

TEST(PlanEplb, answers_in_the_documented_form) {
  EXPECT_EQ(
      answer(plan_eplb, R"({"load":[[6,2],[1,1]],"slots":4,"devices":2})"),
      R"({"version":1,"physical_to_logical":[[0,0,1,0],[0,0,1,1]],)"
      R"("replicas":[[3,1],[2,2]],"device_load":[[4.0,4.0],[1.0,1.0]],)"
      R"("peak":[4.0,1.0],"mean":[4.0,1.0]})");
}

TEST(PlanPlace, answers_in_the_documented_form) {
  EXPECT_EQ(
      answer(
          plan_place,
          R"({"load":[[3,1]],"slots":4,"devices":2,)"
          R"("current":[[0,0,1,1]],"max_moves":2,"move_cost":0.1})"),
      R"({"version":1,"physical_to_logical":[[0,0,1,0]],)"
      R"("replicas":[[3,1]],"device_load":[[2.0,2.0]],"peak":[2.0],)"
      R"("mean":[2.0],"bound":[2.0],"gap":[0.0],"proven":[true],)"
      R"("moves":[1]})");
}

TEST(PlanReplay, tells_peaks_from_averages) {
  EXPECT_EQ(
      answer(
          plan_replay,
          R"({"load":[[[4,0]],[[0,4]]],"physical_to_logical":[[0,1]],)"
          R"("devices":2})"),
      R"({"version":1,"steps":2,"peak":[[2.0,2.0]],"mean_peak":[2.0],)"
      R"("p50":[2.0],"p90":[2.0],"p99":[2.0],"worst":[2.0],)"
      R"("peak_of_average":[1.0]})");
}

TEST(PlanLlep, answers_in_the_documented_form) {
  EXPECT_EQ(
      answer(plan_llep, R"({"load":[30,10],"devices":2,"min_chunk":1})"),
      R"({"version":1,"fallback":false,"segments":[)"
      R"({"expert":0,"device":0,"begin":0,"end":20},)"
      R"({"expert":0,"device":1,"begin":20,"end":30},)"
      R"({"expert":1,"device":1,"begin":0,"end":10}],)"
      R"("transfers":[{"expert":0,"from":0,"to":1}],)"
      R"("device_load":[20,20],"plain_device_load":[30,10]})");
}

TEST(PlanJson, refuses_and_names_the_place) {
  expect_refused(plan_eplb, R"({"load":[[1]],"slots":1})", "'devices'");
  expect_refused(
      plan_eplb, R"({"load":[[1,2]],"slots":1,"devices":1})", "layer 0");
  expect_refused(
      plan_eplb,
      R"({"load":[[1,2],[1,-2]],"slots":2,"devices":1})",
      "layer 1: [placement] loads are finite and not negative; expert 1");
  expect_refused(
      plan_eplb,
      R"({"load":[[1e308,1e308]],"slots":2,"devices":1})",
      "overflows");
  expect_refused(
      plan_eplb, R"({"load":[[1]],"slots":1e15,"devices":1})", "'slots' is");
  expect_refused(
      plan_place,
      R"({"load":[[1,2]],"slots":2,"devices":2,"current":[[0,1],[0,1]]})",
      "2 rows for 1 layers");
  expect_refused(
      plan_place,
      R"({"load":[[1,2]],"slots":2,"devices":2,"current":[[0,0.5]]})",
      "'current' holds experts");
  expect_refused(
      plan_place,
      R"({"load":[[1,2]],"slots":2,"devices":2,"current":[[0,0]]})",
      "expert 1 has no slot");
  expect_refused(
      plan_place,
      R"({"load":[[1,2]],"slots":2,"devices":2,"max_move":1})",
      "did you mean 'max_moves'");
  expect_refused(
      plan_replay,
      R"({"load":[[[1]],[[1,2]]],"physical_to_logical":[[0]],"devices":1})",
      "load[1] has another size than the first");
  expect_refused(plan_llep, R"({"load":[1,0.5],"devices":1})", "load[1] must");
  expect_refused(
      plan_llep, R"({"load":[1,2],"devices":3})", "devices=3, experts=2");
  expect_refused(
      plan_llep,
      R"({"load":[1,2],"devices":1,"small_excess":"drop"})",
      "keep-native, spill");
}

TEST(PlanJson, refusals_name_the_nearest_requests_that_work) {
  const std::string load = R"({"load":[[1,2,3,4,5,6,7,8]],)";
  expect_refused(
      plan_eplb,
      load + R"("slots":9,"devices":4})",
      "devices must divide slots; got devices=4, slots=9; what works nearby: "
      "slots=8, slots=12, devices=3, devices=9");
  expect_refused(
      plan_eplb,
      load + R"("slots":7,"devices":4})",
      "slots=7; what works nearby: slots=8");
  expect_refused(
      plan_place,
      load + R"("slots":12,"devices":4,"nodes":3})",
      "what works nearby: devices=3, devices=6, nodes=2, nodes=4");
  expect_refused(
      plan_place,
      load + R"("slots":12,"devices":4,"groups":3})",
      "what works nearby: groups=2, groups=4");
  expect_refused(
      plan_place,
      load + R"("slots":9,"devices":4,"nodes":8})",
      "what works nearby: slots=12 with nodes=4");
  expect_refused(
      plan_llep,
      R"({"load":[1,2,3,4,5,6,7,8],"devices":3})",
      "what works nearby: devices=2, devices=4");
}

TEST(PlanJson, flat_lists_are_told_how_many_brackets_to_add) {
  expect_refused(
      plan_eplb,
      R"({"load":[1,2],"slots":2,"devices":1})",
      "load is [L][E]; got [E]: wrap it in one more pair of brackets");
  expect_refused(
      plan_replay,
      R"({"load":[1,2],"physical_to_logical":[[0,1]],"devices":1})",
      "load is [N][L][E]; got [E]: wrap it in two more pairs of brackets");
  expect_refused(
      plan_replay,
      R"({"load":[[[1,2]]],"physical_to_logical":[0,1],"devices":1})",
      "physical_to_logical is [L][S]; got [S]: wrap it in one more pair");
  expect_refused(
      plan_llep,
      R"({"load":[[1,2]],"devices":1})",
      "load is [E]; got lists deeper than that");
}

TEST(PlanJson, mutated_requests_are_answered_or_refused) {
  const std::pair<Plan, std::string> good[] = {
      {plan_eplb,
       R"({"load":[[9,2,3,4],[1,1,1,8]],"slots":6,"devices":2,"nodes":1,)"
       R"("groups":2})"},
      {plan_place,
       R"({"load":[[9,2,3,4]],"slots":6,"devices":2,"nodes":1,"groups":2,)"
       R"("current":[[0,1,2,3,0,1]],"max_moves":3,"move_cost":0.5,)"
       R"("time_limit_ms":5})"},
      {plan_replay,
       R"({"load":[[[9,2]],[[1,1]]],"physical_to_logical":[[0,1,0,1]],)"
       R"("devices":2})"},
      {plan_llep,
       R"({"load":[9,2,3,4],"devices":2,"alpha":1.5,"min_chunk":1,)"
       R"("threshold":1.0,"small_excess":"spill"})"}};
  for (const auto& [plan, request] : good) {
    const auto [answered, refused] =
        try_mutations(request, [&](const Json& json) { (void)plan(json); });
    EXPECT_GT(answered, 40) << request;
    EXPECT_GT(refused, 1000) << request;
  }
}

}  // namespace
}  // namespace moestro
