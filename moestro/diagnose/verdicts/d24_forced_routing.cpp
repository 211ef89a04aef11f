// SPDX-License-Identifier: Apache-2.0
// D24: the experts in use share the load exactly, window after window, and the
// others get nothing: no collapse, but a benchmark mode or forced routing.
#include <algorithm>
#include <cmath>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d24_forced_routing_part {

constexpr Advice kAdvice = {
    .test = "is a benchmark flag such as forced load balancing set?",
    .action = "none for the router: turn the flag off and measure again",
    .success = "loads vary from step to step",
    .rollback = "none: nothing was changed"};

// Exactly flat over some experts, nothing on the others, and the same before.
static bool is_forced(const LayerHistory& history) {
  const auto [least, most] = std::ranges::minmax(history.last_load());
  if (least > 0 || !(most > 0) || history.recent_loads.size() < 2) {
    return false;
  }
  const auto flat = [most = most](double u) {
    return u == 0 || std::abs(u - most) < 1e-9 * most;
  };
  return std::ranges::all_of(history.last_load(), flat) &&
         std::ranges::all_of(history.recent_loads, [&](const auto& loads) {
           return loads == history.last_load();
         });
}

static int64_t used_of(const LayerHistory& history) {
  return std::ranges::count_if(
      history.last_load(), [](double u) { return u > 0; });
}

class ForcedRouting final : public Verdict {
 public:
  explicit ForcedRouting(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    Weighing weighing(1.5);
    std::vector<int32_t> layers;
    for (const auto& [key, history] : c.layers) {
      if (is_forced(history)) {
        layers.push_back(key.first);
        const auto used = used_of(history);
        weighing.pro(
            0.7,
            words::layer(key.first, key.second) + ": " + std::to_string(used) +
                " of " + std::to_string(history.last_load().size()) +
                " experts have exactly the same load in every window");
      }
    }
    if (layers.empty()) {
      return std::nullopt;
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.layers = layers;
    diagnosis.since_step = 1;
    return diagnosis;
  }
};

}  // namespace d24_forced_routing_part

extern constinit const Variant<Verdict> d24_forced_routing = {
    .info =
        {.name = "d24-forced-routing",
         .summary = "somebody forces the routing",
         .paper = "",
         .shows = "load"},
    .make = make_plain<Verdict, d24_forced_routing_part::ForcedRouting>};

}  // namespace moestro::verdicts
