// SPDX-License-Identifier: Apache-2.0
// What a part says about itself. Torch-free, literal types only: descriptors
// are constant-initialised, so no code runs before main.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>
#include <variant>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Lists of names are strings with commas between them.
using Value = std::variant<bool, int64_t, double, std::string_view>;

// Both ends belong to the range.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

enum class Shape { kOne, kList };

// One parameter: its type and default come from the struct field itself.
// `store` expects the field's type; the configuration reader has checked it.
struct Param {
  std::string_view name;
  std::string_view meaning;
  Range range;
  Value preset;
  void (*store)(void* params, const Value&);
  Value (*load)(const void* params);
  Shape shape = Shape::kOne;
  // Comma-separated, empty where there are none.
  std::string_view choices{};  // of a string; empty = any
  std::string_view aliases{};  // whole keys that mean the same: "moe.groups"
  std::string_view unit{}, example{};

  // The same with what few parameters have.
  struct More {
    std::string_view choices{}, aliases{}, unit{}, example{};
  };
  [[nodiscard]] constexpr Param with(const More& more) const {
    auto same = *this;
    same.choices = more.choices;
    same.aliases = more.aliases;
    same.unit = more.unit;
    same.example = more.example;
    return same;
  }
};

template <auto Field>
struct FieldOf;
template <class S, class T, T S::* Field>
struct FieldOf<Field> {
  using Struct = S;
  using Type = T;
};

template <auto Field>
constexpr Param param(
    std::string_view name, std::string_view meaning, Range range = {}) {
  using S = typename FieldOf<Field>::Struct;
  using T = typename FieldOf<Field>::Type;
  constexpr auto store = [](void* params, const Value& v) {
    static_cast<S*>(params)->*Field = std::get<T>(v);
  };
  constexpr auto load = [](const void* params) {
    return Value(static_cast<const S*>(params)->*Field);
  };
  return {name, meaning, range, Value(S{}.*Field), store, load};
}

template <auto Field>
constexpr Param list_param(std::string_view name, std::string_view meaning) {
  auto p = param<Field>(name, meaning);
  p.shape = Shape::kList;
  return p;
}

// What a part asks of its surroundings and promises to its neighbours;
// `needs` that nobody `offers` are refused when the recipe is loaded.
enum class Trait : uint32_t {
  kCausal = 1U << 0,       // no token sees a later one
  kFixedK = 1U << 1,       // every valid token asks for k experts
  kUnitSum = 1U << 2,      // scores of a token sum to 1
  kRows = 1U << 3,         // the gate has one row per expert
  kTokenIds = 1U << 4,     // vocabulary ids
  kReplay = 1U << 5,       // experts of an earlier pass
  kScores = 1U << 6,       // T x E matrices, also from a fused router
  kEquivariant = 1U << 7,  // permuting tokens permutes the result
  kRoutes = 1U << 8,       // the layer sends tokens to experts
  kHostSolver = 1U << 9,   // the pass waits for a solver on the host
  kRunLength = 1U << 10,   // the planned number of steps
};

struct Traits {
  uint32_t bits = 0;
  constexpr Traits(std::initializer_list<Trait> list) {
    for (auto t : list) {
      bits |= static_cast<uint32_t>(t);
    }
  }
  [[nodiscard]] constexpr bool has(Trait t) const {
    return (bits & static_cast<uint32_t>(t)) != 0;
  }
};

// Every trait with the name that `methods` prints.
struct TraitName {
  Trait trait;
  std::string_view name;
};
inline constexpr TraitName kTraitNames[] = {
    {Trait::kCausal, "causal"},
    {Trait::kFixedK, "fixed_k"},
    {Trait::kUnitSum, "unit_sum"},
    {Trait::kRows, "rows"},
    {Trait::kTokenIds, "token_ids"},
    {Trait::kReplay, "replay"},
    {Trait::kScores, "scores"},
    {Trait::kEquivariant, "equivariant"},
    {Trait::kRoutes, "routes"},
    {Trait::kHostSolver, "host_solver"},
    {Trait::kRunLength, "run_length"}};

// How a metric is read: everything that a table, a page or an exporter shows
// of a number besides the number.
enum class Worse { kNeither, kHigher, kLower };

// From where on a value is unhealthy, in the worse direction. What follows from
// it is decided in diagnose/.
enum class Scale {
  kNone,           // nobody can say
  kAbsolute,       // the value itself
  kTimesExpected,  // multiples of Metric::expected
};
struct Limits {
  Scale scale = Scale::kNone;
  double warn = 0, bad = 0;      // beyond, not at
  std::string_view complaint{};  // "is twice as uneven as ...": of a layer
};

// What a metric is a number of.
enum class Extent { kLayer, kRun };

// Causes that a metric tells apart, in the order in which a doctor asks.
inline constexpr std::string_view kCauseGroups[] = {
    "instrument",
    "hard-fault",
    "data",
    "capacity",
    "optimisation",
    "router",
    "specialisation"};

struct Reading {
  std::string_view label;   // of a row: "MaxVio"
  std::string_view unit{};  // "nats", "share" (shown in %); empty = a ratio
  Worse worse = Worse::kNeither;
  int digits = 2;              // after the point
  std::string_view null{};     // noise band: what a healthy layer shows
  std::string_view meaning{};  // for somebody who has never seen it
  int tier = 0;                // 0 every step, 1 every N steps, 2 on demand
  Limits limits{};
  bool headline = false;      // one of the few that a line has room for
  std::string_view chart{};   // title of the chart that draws it over time
  std::string_view cost{};    // of working it out, in words
  std::string_view groups{};  // of kCauseGroups, comma-separated
  Extent scope = Extent::kLayer;
};

struct Info {
  std::string_view name;  // lower-case with hyphens; the file has underscores
  std::string_view summary, paper;
  std::span<const Param> params{};
  Traits needs{}, offers{};
  std::string_view since = "0.1.0";
  const Reading* reading = nullptr;  // of metrics
  // Of alarms and verdicts: what a picture draws, comma-separated: a metric;
  // "load", of the expert or of all; a series of the run; every series of a
  // "prefix/".
  std::string_view shows{};
};

}  // namespace moestro
MOESTRO_API_END
