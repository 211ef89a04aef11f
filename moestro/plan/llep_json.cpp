// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/llep_json.h"

#include <cmath>

#include "moestro/plan/llep.h"
#include "moestro/plan/request.h"

namespace moestro {
namespace {

struct LlepRequest {
  int64_t devices = 0;
  double alpha = LlepOptions().alpha;
  int64_t min_chunk = LlepOptions().min_chunk;
  double threshold = LlepOptions().threshold;
  std::string_view small_excess = "keep-native", imbalance_of = "devices";
};

constexpr Param kParams[] = {
    param<&LlepRequest::devices>(
        "devices", "the experts are dealt to", {.low = 1}),
    param<&LlepRequest::alpha>(
        "alpha", "capacity of a device over the mean load", {.low = 0}),
    param<&LlepRequest::min_chunk>(
        "min_chunk", "fewest tokens worth a transfer", {.low = 0}),
    param<&LlepRequest::threshold>(
        "threshold", "imbalance below which nothing moves", {.low = 0}),
    param<&LlepRequest::small_excess>(
        "small_excess", "where fewer tokens than that go")
        .with({.choices = "keep-native,spill"}),
    param<&LlepRequest::imbalance_of>(
        "imbalance_of", "whose loads the threshold is for")
        .with({.choices = "devices,experts"})};

LlepOptions options_of(const LlepRequest& asked) {
  return {
      .alpha = asked.alpha,
      .min_chunk = asked.min_chunk,
      .threshold = asked.threshold,
      .small_excess = asked.small_excess == "spill" ? SmallExcess::kSpill
                                                    : SmallExcess::kKeepNative,
      .imbalance_of = asked.imbalance_of == "experts" ? ImbalanceOf::kExperts
                                                      : ImbalanceOf::kDevices};
}

std::vector<int64_t> counts_of(const Request& request) {
  constexpr double kMost = 0x1p53;
  std::vector<int64_t> out;
  for (const auto v : request.row("load", "[E]")) {
    if (!(v >= 0 && v <= kMost) || v != std::floor(v)) {
      request.refuse(
          "load[" + std::to_string(out.size()) +
          "] must be a whole number of tokens, from 0 to 2^53");
    }
    out.push_back(static_cast<int64_t>(v));
  }
  return out;
}

}  // namespace

Json plan_llep(const Json& json) {
  const Request request(json, "plan llep", kParams, {"load"});
  const auto asked = request.params<LlepRequest>();
  const auto plan =
      plan_llep(counts_of(request), asked.devices, options_of(asked));
  JsonArray segments, transfers;
  for (const auto& s : plan.segments) {
    segments.emplace_back(JsonObject{
        {"expert", s.expert},
        {"device", s.device},
        {"begin", s.begin},
        {"end", s.end}});
  }
  for (const auto& t : plan.transfers) {
    transfers.emplace_back(
        JsonObject{{"expert", t.expert}, {"from", t.from}, {"to", t.to}});
  }
  const auto list = [](const std::vector<int64_t>& v) {
    return JsonArray(v.begin(), v.end());
  };
  return JsonObject{
      {"version", 1},
      {"fallback", plan.fallback},
      {"segments", std::move(segments)},
      {"transfers", std::move(transfers)},
      {"device_load", list(plan.device_load_P)},
      {"plain_device_load", list(plan.plain_device_load_P)}};
}

}  // namespace moestro
