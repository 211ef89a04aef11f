// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/placement.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/plan/nearest.h"

namespace moestro {
namespace {

std::string named(const char* name, int64_t value) {
  return std::string(name) + "=" + std::to_string(value);
}

// The numbers of a problem, by the names they have in a request.
struct Sizes {
  int64_t experts, slots, devices, nodes, groups;
};

struct Size {
  const char* name;
  int64_t Sizes::* value;
};
constexpr Size kExperts = {"experts", &Sizes::experts},
               kSlots = {"slots", &Sizes::slots},
               kDevices = {"devices", &Sizes::devices},
               kNodes = {"nodes", &Sizes::nodes},
               kGroups = {"groups", &Sizes::groups};

// `part` must divide `whole`.
struct Division {
  const Size &part, &whole;
};
constexpr Division kDivisions[] = {
    {kDevices, kSlots}, {kNodes, kDevices}, {kGroups, kExperts}};

bool divides(const Sizes& s, const Division& d) {
  const auto part = s.*d.part.value;
  return part >= 1 && s.*d.whole.value % part == 0;
}

bool works(const Sizes& s) {
  return s.slots >= s.experts && s.slots <= kMostSlots &&
         std::ranges::all_of(
             kDivisions, [&](const Division& d) { return divides(s, d); });
}

// With one number changed.
std::string nearby(const Sizes& s, const Size& size) {
  const auto fits = [&](int64_t value) {
    auto other = s;
    other.*size.value = value;
    return works(other);
  };
  // Beyond this it is the same again.
  const auto most =
      std::clamp(s.slots + s.devices + s.experts, int64_t{1}, kMostSlots);
  const auto value = std::clamp(s.*size.value, int64_t{0}, most + 1);
  return as_text(size.name, nearest(value, 1, most, fits));
}

// With as many numbers changed as it takes.
std::string repaired(Sizes s) {
  const auto before = s;
  const auto divisor_below = [](int64_t part, int64_t whole) {
    part = std::clamp(part, int64_t{1}, whole);
    while (whole % part != 0) {
      --part;
    }
    return part;
  };
  s.devices = std::clamp(s.devices, int64_t{1}, kMostSlots);
  s.slots = std::max(s.slots, s.experts);
  s.slots = (s.slots + s.devices - 1) / s.devices * s.devices;
  s.nodes = divisor_below(s.nodes, s.devices);
  s.groups = divisor_below(s.groups, s.experts);
  std::vector<std::string> changes;
  for (const auto& size : {kSlots, kDevices, kNodes, kGroups}) {
    if (s.*size.value != before.*size.value) {
      changes.push_back(named(size.name, s.*size.value));
    }
  }
  return works(s) ? join(changes, " with ") : "";
}

[[noreturn]] void refuse(
    const Sizes& s,
    const std::string& rule,
    std::initializer_list<Size> changeable) {
  std::vector<std::string> requests;
  for (const auto& size : changeable) {
    if (const auto one = nearby(s, size); !one.empty()) {
      requests.push_back(one);
    }
  }
  fail_data(
      "[placement] " + rule +
      works_nearby(requests.empty() ? repaired(s) : join(requests)));
}

void check_divisions(const Sizes& s) {
  for (const auto& d : kDivisions) {
    if (divides(s, d)) {
      continue;
    }
    const auto rule = std::string(d.part.name) + " must divide " +
                      d.whole.name + "; got " +
                      named(d.part.name, s.*d.part.value) + ", " +
                      named(d.whole.name, s.*d.whole.value);
    // The experts are those of the loads.
    if (d.whole.value == kExperts.value) {
      refuse(s, rule, {d.part});
    }
    refuse(s, rule, {d.whole, d.part});
  }
}

void check_loads(std::span<const double> load_E) {
  double sum = 0;
  for (size_t e = 0; e < load_E.size(); ++e) {
    if (!std::isfinite(load_E[e]) || load_E[e] < 0) {
      fail_data(
          "[placement] loads are finite and not negative; expert " +
          std::to_string(e) + " has " + shortest(load_E[e]));
    }
    sum += load_E[e];
  }
  if (!std::isfinite(sum)) {
    fail_data("[placement] the sum of the loads overflows; scale them down");
  }
}

}  // namespace

void check_placement_problem(const PlacementProblem& p) {
  const auto E = static_cast<int64_t>(p.load_E.size());
  if (E == 0) {
    fail_data("[placement] there are no experts");
  }
  const Sizes sizes{E, p.slots, p.devices, p.nodes, p.groups};
  if (p.slots < E || p.slots > kMostSlots) {
    refuse(
        sizes,
        "every expert needs a slot, and there are at most " +
            std::to_string(kMostSlots) + "; got " + named("experts", E) + ", " +
            named("slots", p.slots),
        {kSlots});
  }
  check_divisions(sizes);
  check_loads(p.load_E);
}

Placement finish_placement(
    const PlacementProblem& p, std::vector<int32_t> expert_S) {
  const auto E = p.load_E.size();
  if (expert_S.size() != static_cast<size_t>(p.slots)) {
    fail_data(
        "[placement] " + std::to_string(expert_S.size()) + " slots given for " +
        named("slots", p.slots));
  }
  Placement out{.expert_S = std::move(expert_S)};
  out.replicas_E.resize(E);
  for (const auto e : out.expert_S) {
    if (e < 0 || static_cast<size_t>(e) >= E) {
      fail_data(
          "[placement] there is no expert " + std::to_string(e) + " of " +
          std::to_string(E));
    }
    ++out.replicas_E[static_cast<size_t>(e)];
  }
  const auto missing = std::ranges::find(out.replicas_E, 0);
  if (missing != out.replicas_E.end()) {
    fail_data(
        "[placement] expert " +
        std::to_string(missing - out.replicas_E.begin()) + " has no slot");
  }
  const auto per = static_cast<size_t>(p.slots / p.devices);
  out.device_load_G.resize(static_cast<size_t>(p.devices));
  for (size_t s = 0; s < out.expert_S.size(); ++s) {
    const auto e = static_cast<size_t>(out.expert_S[s]);
    out.device_load_G[s / per] +=
        p.load_E[e] / static_cast<double>(out.replicas_E[e]);
  }
  out.peak = std::ranges::max(out.device_load_G);
  out.mean = std::accumulate(p.load_E.begin(), p.load_E.end(), 0.0) /
             static_cast<double>(p.devices);
  return out;
}

}  // namespace moestro
