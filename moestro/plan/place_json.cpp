// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/place_json.h"

#include <functional>

#include "moestro/base/error.h"
#include "moestro/plan/eplb.h"
#include "moestro/plan/place.h"
#include "moestro/plan/replay.h"
#include "moestro/plan/request.h"

namespace moestro {
namespace {

template <class Values>
Json list(const Values& values) {
  return JsonArray(values.begin(), values.end());
}

// One list a layer under each key, in the order of the first layer's calls.
class Columns {
 public:
  void add(std::string_view key, Json value) {
    auto* column = find(key);
    if (column == nullptr) {
      columns_.emplace_back(std::string(key), JsonArray{});
      column = &columns_.back().second;
    }
    column->push_back(std::move(value));
  }
  void add(const Placement& p) {
    add("physical_to_logical", list(p.expert_S));
    add("replicas", list(p.replicas_E));
    add("device_load", list(p.device_load_G));
    add("peak", p.peak);
    add("mean", p.mean);
  }
  void add(const PlacePlan& plan) {
    add(plan.placement);
    add("bound", plan.bound);
    add("gap", plan.gap);
    add("proven", plan.proven);
    add("moves", plan.moves);
  }
  void append_to(JsonObject& out) {
    for (auto& [key, column] : columns_) {
      out.emplace_back(key, std::move(column));
    }
  }

 private:
  JsonArray* find(std::string_view key) {
    for (auto& [known, column] : columns_) {
      if (known == key) {
        return &column;
      }
    }
    return nullptr;
  }

  std::vector<std::pair<std::string, JsonArray>> columns_;
};

std::span<const double> row_of(const Matrix& m, int64_t row) {
  return std::span(m.cells).subspan(
      static_cast<size_t>(row * m.columns), static_cast<size_t>(m.columns));
}

// What goes wrong inside says in which layer.
void in_layer(
    const Request& request, int64_t layer, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& failure) {
    request.refuse("layer " + std::to_string(layer) + ": " + failure.what());
  }
}

struct PlaceRequest {
  int64_t slots = 0, devices = 0, nodes = 1, groups = 1;
  int64_t max_moves = kMostSlots;
  double move_cost = 0;
  int64_t time_limit_ms = 0;
};

constexpr Param kDevices = param<&PlaceRequest::devices>(
    "devices", "the slots are dealt to", {1, kMostSlots});
constexpr Param kPlaceParams[] = {
    param<&PlaceRequest::slots>(
        "slots", "places for copies of experts", {1, kMostSlots}),
    kDevices,
    param<&PlaceRequest::nodes>("nodes", "the devices are on", {.low = 1}),
    param<&PlaceRequest::groups>(
        "groups", "of experts whose copies share a node", {.low = 1}),
    param<&PlaceRequest::max_moves>(
        "max_moves", "slots of a layer that may change", {.low = 0}),
    param<&PlaceRequest::move_cost>(
        "move_cost", "load that a change must save", {.low = 0}),
    param<&PlaceRequest::time_limit_ms>(
        "time_limit_ms", "0 = a fixed effort", {.low = 0})};
// Of `plan eplb`: the first of them.
constexpr size_t kClusterParams = 4;

PlacementProblem problem_of(
    const Matrix& load, int64_t layer, const PlaceRequest& c) {
  return {row_of(load, layer), c.slots, c.devices, c.nodes, c.groups};
}

// Experts of slots; `place` is the row in messages.
std::vector<int32_t> slots_of(
    const Request& request, std::span<const double> row, const char* key) {
  std::vector<int32_t> out;
  for (const auto v : row) {
    if (!(v >= 0 && v <= static_cast<double>(kMostSlots)) ||
        v != static_cast<double>(static_cast<int32_t>(v))) {
      request.refuse(
          "'" + std::string(key) + "' holds experts: whole numbers from 0");
    }
    out.push_back(static_cast<int32_t>(v));
  }
  return out;
}

void check_rows(
    const Request& request, const char* key, int64_t rows, int64_t layers) {
  if (rows != layers) {
    request.refuse(
        "'" + std::string(key) + "' has " + std::to_string(rows) +
        " rows for " + std::to_string(layers) + " layers");
  }
}

// What is in the slots of every layer now; empty where that is not said.
std::vector<std::vector<int32_t>> currents_of(
    const Request& request, int64_t layers) {
  std::vector<std::vector<int32_t>> out(static_cast<size_t>(layers));
  if (request.has("current")) {
    const auto current = request.matrix("current", "[L][S]");
    check_rows(request, "current", current.rows, layers);
    for (size_t l = 0; l < out.size(); ++l) {
      out[l] = slots_of(
          request, row_of(current, static_cast<int64_t>(l)), "current");
    }
  }
  return out;
}

// The loads of one layer, [N][E].
std::vector<double> steps_of(const std::vector<Matrix>& load_N, int64_t layer) {
  std::vector<double> out;
  for (const auto& step : load_N) {
    const auto row = row_of(step, layer);
    out.insert(out.end(), row.begin(), row.end());
  }
  return out;
}

}  // namespace

Json plan_eplb(const Json& json) {
  const Request request(
      json,
      "plan eplb",
      std::span(kPlaceParams).first(kClusterParams),
      {"load"});
  const auto load = request.matrix("load", "[L][E]");
  const auto cluster = request.params<PlaceRequest>();
  Columns columns;
  for (int64_t l = 0; l < load.rows; ++l) {
    in_layer(
        request, l, [&] { columns.add(eplb(problem_of(load, l, cluster))); });
  }
  JsonObject out{{"version", 1}};
  columns.append_to(out);
  return out;
}

Json plan_place(const Json& json) {
  const Request request(json, "plan place", kPlaceParams, {"load", "current"});
  const auto load = request.matrix("load", "[L][E]");
  const auto asked = request.params<PlaceRequest>();
  const auto current_LS = currents_of(request, load.rows);
  PlaceOptions options{
      .max_moves = asked.max_moves,
      .move_cost = asked.move_cost,
      .time_limit_ms = asked.time_limit_ms};
  Columns columns;
  for (int64_t l = 0; l < load.rows; ++l) {
    in_layer(request, l, [&] {
      options.current_S = current_LS[static_cast<size_t>(l)];
      columns.add(place(problem_of(load, l, asked), options));
    });
  }
  JsonObject out{{"version", 1}};
  columns.append_to(out);
  return out;
}

Json plan_replay(const Json& json) {
  const Request request(
      json,
      "plan replay",
      std::span(&kDevices, 1),
      {"load", "physical_to_logical"});
  const auto load_N = request.matrices("load", "[N][L][E]");
  const auto slots = request.matrix("physical_to_logical", "[L][S]");
  const auto devices = request.params<PlaceRequest>().devices;
  check_rows(request, "physical_to_logical", slots.rows, load_N[0].rows);
  Columns columns;
  for (int64_t l = 0; l < slots.rows; ++l) {
    in_layer(request, l, [&] {
      const auto r = replay(
          steps_of(load_N, l),
          slots_of(request, row_of(slots, l), "physical_to_logical"),
          load_N[0].columns,
          devices);
      columns.add("peak", list(r.peak_N));
      columns.add("mean_peak", r.mean_peak);
      columns.add("p50", r.quantile(0.5));
      columns.add("p90", r.quantile(0.9));
      columns.add("p99", r.quantile(0.99));
      columns.add("worst", r.quantile(1));
      columns.add("peak_of_average", r.peak_of_average);
    });
  }
  JsonObject out{
      {"version", 1}, {"steps", static_cast<int64_t>(load_N.size())}};
  columns.append_to(out);
  return out;
}

}  // namespace moestro
