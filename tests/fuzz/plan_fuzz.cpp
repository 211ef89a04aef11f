// SPDX-License-Identifier: Apache-2.0
// Requests of `moestro plan`; the first byte names the planner.
#include "moestro/plan/assign_json.h"
#include "moestro/plan/llep_json.h"
#include "moestro/plan/place_json.h"
#include "tests/fuzz/fuzz.h"

namespace {

using moestro::Json;

// A search ends by itself after a fixed effort: that is a second or two of a
// release build, and more than a minute of this one.
Json without_patience(Json request) {
  constexpr int64_t kPatience = 100;  // ms a layer
  const auto limit = request.find("time_limit_ms");
  const bool is_long =
      !limit || (limit->is_int() &&
                 (limit->as_int() == 0 || limit->as_int() > kPatience));
  if (request.is_object() && is_long) {
    request.set("time_limit_ms", kPatience);
  }
  return request;
}

Json place_soon(const Json& request) {
  return moestro::plan_place(without_patience(request));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using Planner = Json (*)(const Json&);
  static constexpr Planner kPlanners[] = {
      moestro::plan_assign,
      moestro::plan_eplb,
      place_soon,
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
