// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/assign_json.h"

#include "tests/plan/mutate.h"
#include "tests/plan/refusals.h"

namespace moestro {
namespace {

const std::string kGood =
    R"({"scores":[[0.9,0.1,0.0],[0.8,0.7,0.0],[0.7,0.1,0.5]],)"
    R"("capacity":[1,1,1],"k":1,"method":"exact"})";

std::string answer(const std::string& request) {
  return dump(plan_assign(parse_json(request, "request")));
}

TEST(PlanAssign, answers_in_the_documented_form) {
  EXPECT_EQ(
      answer(kGood),
      R"({"version":1,"method":"exact","experts":[[0],[1],[2]],)"
      R"("objective":2.1,"bound":2.1,"gap":0.0})");
}

TEST(PlanAssign, capacity_defaults_to_an_even_share) {
  EXPECT_EQ(
      answer(R"({"scores":[[3,0],[3,0],[2,0]]})"),
      R"({"version":1,"method":"exact","experts":[[0],[0],[1]],)"
      R"("objective":6.0,"bound":6.0,"gap":0.0})");
}

TEST(PlanAssign, one_number_is_the_capacity_of_all) {
  EXPECT_EQ(
      answer(R"({"scores":[[3,0],[3,0]],"capacity":2,"method":"auction"})"),
      R"({"version":1,"method":"auction","experts":[[0],[0]],)"
      R"("objective":6.0,"bound":6.0,"gap":0.0})");
}

void expect_refused(const std::string& request, const std::string& part) {
  expect_data_failure([&] { (void)answer(request); }, part);
}

TEST(PlanAssign, refuses_and_names_the_place) {
  expect_refused("[]", "must be a JSON object");
  expect_refused("{}", "'scores' is missing");
  expect_refused(R"({"score":[[1]]})", "did you mean 'scores'");
  expect_refused(R"({"scores":[]})", "not empty");
  expect_refused(R"({"scores":[[]]})", "scores[0] must be a list");
  expect_refused(R"({"scores":[[1,2],[1]]})", "scores[1] has 1 numbers");
  expect_refused(R"({"scores":[[1,null]]})", "scores[0][1] must be a finite");
  expect_refused(R"({"scores":[[1,"2"]]})", "scores[0][1] must be a finite");
  expect_refused(R"({"scores":[[1,2]],"k":3})", "k is 3; it must be in 1..2");
  expect_refused(R"({"scores":[[1,2]],"k":0.5})", "'k' is 0.5");
  expect_refused(R"({"scores":[[1,2]],"method":"best"})", "exact, auction");
  expect_refused(R"({"scores":[[1,2]],"capacity":[1]})", "1 numbers for 2");
  expect_refused(R"({"scores":[[1,2]],"capacity":[1,-1]})", "capacity[1]");
  expect_refused(R"({"scores":[[1,2]],"capacity":[1,0.5]})", "capacity[1]");
  expect_refused(R"({"scores":[[1,2]],"capacity":0})", "capacity for 0 of 1");
}

TEST(PlanAssign, mutated_requests_are_answered_or_refused) {
  const auto [answered, refused] = try_mutations(
      kGood, [](const Json& request) { (void)plan_assign(request); });
  EXPECT_GT(answered, 100);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace moestro
