// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/llep_json.h"

#include <cmath>

#include "moestro/plan/llep.h"
#include "moestro/plan/request.h"

namespace moestro {
namespace {

LlepOptions options_of(const Request& request) {
  LlepOptions options;
  options.alpha = request.number_or("alpha", options.alpha, 0);
  options.min_chunk = request.whole_or("min_chunk", options.min_chunk, 0);
  options.threshold = request.number_or("threshold", options.threshold, 0);
  if (request.word_or_first("small_excess", {"keep-native", "spill"}) ==
      "spill") {
    options.small_excess = SmallExcess::kSpill;
  }
  if (request.word_or_first("imbalance_of", {"devices", "experts"}) ==
      "experts") {
    options.imbalance_of = ImbalanceOf::kExperts;
  }
  return options;
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
  const Request request(
      json,
      "plan llep",
      {"load",
       "devices",
       "alpha",
       "min_chunk",
       "threshold",
       "small_excess",
       "imbalance_of"});
  const auto load_E = counts_of(request);
  const auto devices =
      request.whole("devices", 1, static_cast<int64_t>(load_E.size()));
  const auto plan = plan_llep(load_E, devices, options_of(request));
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
