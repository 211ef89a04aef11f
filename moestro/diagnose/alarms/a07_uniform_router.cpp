// SPDX-License-Identifier: Apache-2.0
// A07: the router does not decide. Long after the warm-up a token's scores are
// as even as can be (entropy above 0.98 ln E) and it tells tokens apart by less
// than 2 % of ln E (router information, ln E - H(token) at balance), five
// windows in a row. Scores that need not differ much to choose by (sigmoids)
// look like that in health: where tokens of a sequence still choose alike (phi
// of their loads above 1.5), nothing is said. Unless the scores are known to be
// a softmax: then the experts' weights are equal whoever is chosen, and half of
// both limits is enough.
#include <cmath>
#include <map>
#include <optional>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/watch_options.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a07_uniform_router_part {

constexpr double kEven = 0.98, kInformation = 0.02;
constexpr int64_t kLate = 10;  // windows
// phi of loads: tokens of a sequence that choose alike are told apart.
constexpr double kChoosing = 1.5;

static bool is_softmax(const RunFacts& facts) {
  for (const auto& s : recorded_settings(facts)) {
    if (s.key.ends_with("score.part") || s.key == "moe.score") {
      const auto* name = std::get_if<std::string>(&s.value);
      return name != nullptr && *name == "softmax";
    }
  }
  return false;
}

class UniformRouter final : public Alarm {
 public:
  explicit UniformRouter(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    if (!run.warm || run.number < kLate) {
      return;
    }
    if (!softmax_) {
      softmax_ = is_softmax(watch.facts);
    }
    const bool softmax = *softmax_;
    for (const auto& w : run.layers) {
      if (std::isfinite(w.token_entropy)) {
        look(w, softmax, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  void look(const LayerWindow& w, bool softmax, const Tell& tell) {
    const double information = w.marginal_entropy - w.token_entropy;
    const bool blind = w.token_entropy > kEven && information < kInformation &&
                       w.phi < kChoosing;
    const bool equal = softmax && w.token_entropy > (1 + kEven) / 2 &&
                       information < kInformation / 2;
    const bool now = blind || equal;
    const bool opens = layers_[w.key()].push(now);
    if (now) {
      tell(
          {.level = Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .value = w.token_entropy,
           .threshold = kEven,
           .message = words::layer(w.layer, w.routing) +
                      ": the router does not decide: a token's entropy is " +
                      words::percent(w.token_entropy) +
                      " of the largest, and tokens are told apart by " +
                      words::percent(std::max(0.0, information)),
           .opens = opens});
    }
  }

  std::optional<bool> softmax_;  // of the run; read once
  std::map<LayerKey, Streak<5, 5>> layers_;
};

}  // namespace a07_uniform_router_part

extern constinit const Variant<Alarm> a07_uniform_router = {
    .info =
        {.name = "a07-uniform-router",
         .summary = "the router does not decide",
         .paper = "",
         .shows = "token-entropy"},
    .make = make_plain<Alarm, a07_uniform_router_part::UniformRouter>};

}  // namespace moestro::alarms
