// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/assign_json.h"

#include <algorithm>
#include <cmath>

#include "moestro/plan/auction.h"
#include "moestro/plan/exact_assignment.h"
#include "moestro/plan/greedy_assignment.h"
#include "moestro/plan/request.h"

namespace moestro {
namespace {

struct AssignRequest {
  int64_t k = 1;
  std::string_view method = "exact";
};

constexpr Param kParams[] = {
    param<&AssignRequest::k>("k", "experts of a token", {1, double{1 << 20}}),
    param<&AssignRequest::method>("method", "how it is solved")
        .with({.choices = "exact,auction,greedy"})};

std::vector<int64_t> capacity_of(
    const Request& request, const Matrix& scores, int64_t top_k) {
  const auto E = static_cast<size_t>(scores.columns);
  if (!request.has("capacity")) {
    return std::vector<int64_t>(
        E, even_capacity(scores.rows, scores.columns, top_k));
  }
  constexpr int64_t kMost = int64_t{1} << 53;
  if (request.at("capacity").is_number()) {
    return std::vector<int64_t>(E, request.whole("capacity", 0, kMost));
  }
  const auto row = request.row("capacity", "[E]");
  if (row.size() != E) {
    request.refuse(
        "'capacity' has " + std::to_string(row.size()) + " numbers for " +
        std::to_string(E) + " experts");
  }
  for (size_t e = 0; e < E; ++e) {
    if (row[e] != std::floor(row[e]) || row[e] < 0 ||
        row[e] > static_cast<double>(kMost)) {
      request.refuse(
          "capacity[" + std::to_string(e) +
          "] must be a whole number, not negative");
    }
  }
  return {row.begin(), row.end()};
}

AssignmentPlan solve(
    const AssignmentProblem& problem, std::string_view method) {
  if (method == "auction") {
    return auction_assignment(problem);
  }
  return method == "greedy" ? greedy_assignment(problem)
                            : exact_assignment(problem);
}

JsonArray rows_of(const std::vector<int32_t>& experts_TK, int64_t top_k) {
  JsonArray rows;
  const auto K = static_cast<ptrdiff_t>(top_k);
  for (auto at = experts_TK.begin(); at != experts_TK.end(); at += K) {
    rows.emplace_back(JsonArray(at, at + K));
  }
  return rows;
}

}  // namespace

Json plan_assign(const Json& json) {
  const Request request(json, "plan assign", kParams, {"scores", "capacity"});
  const auto scores = request.matrix("scores", "[T][E]");
  const auto [top_k, method] = request.params<AssignRequest>();
  const auto capacity_E = capacity_of(request, scores, top_k);
  const auto a = solve(
      {scores.rows, scores.columns, top_k, scores.cells, capacity_E}, method);
  return JsonObject{
      {"version", 1},
      {"method", method},
      {"experts", rows_of(a.experts_TK, top_k)},
      {"objective", a.objective},
      {"bound", a.bound},
      {"gap", a.gap()}};
}

}  // namespace moestro
