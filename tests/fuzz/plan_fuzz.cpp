// SPDX-License-Identifier: Apache-2.0
// Requests of `moestro plan`; the first byte names the planner.
#include "moestro/plan/assign_json.h"
#include "moestro/plan/llep_json.h"
#include "moestro/plan/place_json.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using Planner = moestro::Json (*)(const moestro::Json&);
  static constexpr Planner kPlanners[] = {
      moestro::plan_assign,
      moestro::plan_eplb,
      moestro::plan_place,
      moestro::plan_replay,
      moestro::plan_llep};
  if (size == 0) {
    return 0;
  }
  return moestro::fuzz::answered([&] {
    const auto text = moestro::fuzz::text_of(data + 1, size - 1);
    const auto planner = kPlanners[data[0] % std::size(kPlanners)];
    (void)moestro::dump(planner(moestro::parse_json(text, "request")));
  });
}
