// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/treatment.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "moestro/diagnose/balancing.h"
#include "moestro/diagnose/words.h"

namespace moestro {
namespace {

constexpr std::string_view kLevers[] = {
    "bias",
    "bias_rate",
    "loss_weight",
    "temperature",
    "noise",
    "capacity",
    "router_lr_scale",
    "router_clip",
    "lr_scale",
    "router_rows",
    "revive",
    "perturb",
    "rewind"};

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double drop_rate(const LayerWindow& w) {
  const auto sum = [](const std::vector<int64_t>& counts) {
    return static_cast<double>(
        std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  };
  const double demand = sum(w.counts.demand);
  return demand > 0 && !w.counts.kept.empty()
             ? std::max(0.0, demand - sum(w.counts.kept)) / demand
             : kUnknown;
}

double load_of(const LayerWindow& w, int32_t expert) {
  const auto e = static_cast<size_t>(expert);
  return e < w.load.size() ? w.load[e] : kUnknown;
}

double in_layer(const SuccessTest& test, const LayerWindow& w) {
  if (test.statistic == "max-vio") {
    return w.load.empty() ? kUnknown : std::ranges::max(w.load) - 1;
  }
  if (test.statistic == "load") {
    return load_of(w, test.expert);
  }
  if (test.statistic == "drop-rate") {
    return drop_rate(w);
  }
  if (test.statistic == "token-entropy") {
    return w.token_entropy;
  }
  if (test.statistic == "lse-rms") {
    return w.lse_rms;
  }
  return test.statistic == "max-logit" ? w.max_logit : w.mean(test.statistic);
}

std::string number_or_none(const std::vector<double>& values) {
  if (values.empty()) {
    return "none";
  }
  return values.size() == 1 ? words::number(values.front()) : "a vector";
}

// The layers follow.
std::string head_of(const Act& act) {
  return std::string(name_of(act.lever)) +
         (act.name.empty() ? "" : " (" + act.name + ")");
}

std::string offset_text(const Act& act) {
  const bool nothing =
      std::ranges::all_of(act.after, [](double b) { return b == 0; });
  if (nothing) {
    return "back to 0";
  }
  std::string text;
  for (size_t e = 0; e < act.after.size(); ++e) {
    const double old = e < act.before.size() ? act.before[e] : 0;
    if (act.after[e] != old) {
      text += fmt::format(
          "{}expert {} {:+.3g}",
          text.empty() ? "" : ", ",
          e,
          act.after[e] - old);
    }
  }
  return "an offset, once, on whatever moves it: " + text;
}

std::string change_of(const Act& act) {
  const auto& dose = act.after;
  switch (act.lever) {
    case Lever::kBias:
      return offset_text(act);
    case Lever::kRouterRows:
      return "every row to length " + words::number(dose.at(0));
    case Lever::kRevive:
      return fmt::format(
          "expert {} becomes a copy of expert {} with noise of {}",
          act.expert,
          static_cast<int64_t>(dose.at(0)),
          words::number(dose.at(1)));
    case Lever::kPerturb:
      return "every expert, noise of " + words::number(dose.at(0));
    case Lever::kRewind:
      return "to the checkpoint of step " + words::number(dose.at(0));
    default:
      return number_or_none(act.before) + " -> " + number_or_none(act.after);
  }
}

std::string layers_text(const std::vector<int32_t>& layers) {
  return layers.empty() ? ""
                        : fmt::format(
                              " of layer{} {}",
                              layers.size() > 1 ? "s" : "",
                              fmt::join(layers, ", "));
}

bool alike(const Act& a, const Act& b) {
  return head_of(a) == head_of(b) && change_of(a) == change_of(b);
}

std::vector<int32_t> layers_in(std::span<const Act> acts) {
  std::vector<int32_t> layers;
  for (const auto& act : acts) {
    if (act.layer >= 0) {
      layers.push_back(act.layer);
    }
  }
  return layers;
}

}  // namespace

std::string_view name_of(Lever lever) {
  return kLevers[static_cast<size_t>(lever)];
}

std::optional<Lever> lever_of(std::string_view name) {
  const auto* found = std::ranges::find(kLevers, name);
  return found == std::end(kLevers)
             ? std::nullopt
             : std::optional(static_cast<Lever>(found - std::begin(kLevers)));
}

double value_of(const SuccessTest& test, const RunWindow& window) {
  if (test.layers.empty()) {
    return window.mean(test.statistic);
  }
  double worst = kUnknown;
  for (const auto& w : window.layers) {
    if (std::ranges::find(test.layers, w.layer) == test.layers.end()) {
      continue;
    }
    const double value = in_layer(test, w);
    if (std::isnan(value)) {
      return value;  // one that is not known may be the worst
    }
    worst = std::isnan(worst) ? value
            : test.below      ? std::max(worst, value)
                              : std::min(worst, value);
  }
  return worst;
}

std::string text_of(const std::vector<Act>& acts) {
  std::string text;
  auto first = acts.begin();
  while (first != acts.end()) {
    const auto last = std::find_if_not(
        first, acts.end(), [&first](const Act& a) { return alike(a, *first); });
    text += (text.empty() ? "" : "; ") + head_of(*first) +
            layers_text(layers_in({first, last})) + ": " + change_of(*first);
    first = last;
  }
  return text;
}

std::string text_of(const SuccessTest& test) {
  return fmt::format(
      "{}{}{} {} {} {} {} window{} (now {})",
      test.statistic,
      test.expert < 0 ? "" : fmt::format(" of expert {}", test.expert),
      layers_text(test.layers),
      test.below ? "below" : "above",
      words::number(test.threshold),
      test.early ? "within" : "after",
      test.windows,
      test.windows == 1 ? "" : "s",
      std::isnan(test.before) ? "not measured" : words::number(test.before));
}

double RoutingPanel::weight_of(size_t loss) const {
  return loss < knobs.loss_weight.size() ? knobs.loss_weight[loss] : 0;
}

bool RoutingPanel::balanced() const {
  for (size_t i = 0; i < losses.size(); ++i) {
    if (balances(losses[i]) && weight_of(i) > 0) {
      return true;
    }
  }
  return !balancer.empty();
}

std::vector<const RoutingPanel*> Panel::of(
    const std::vector<int32_t>& layers) const {
  std::vector<const RoutingPanel*> found;
  for (const auto& r : routings) {
    if (layers.empty() || std::ranges::find(layers, r.layer) != layers.end()) {
      found.push_back(&r);
    }
  }
  return found;
}

int64_t windows_of(const Case& c, std::string_view key) {
  const auto every = c.setting(key).value_or(0);
  const auto twice = std::ceil(2 * every / static_cast<double>(c.window));
  return std::max<int64_t>(8, static_cast<int64_t>(twice) + 1);
}

Act move_bias(const RoutingPanel& r) {
  Act act{
      .lever = Lever::kBias,
      .layer = r.layer,
      .routing = r.routing,
      .before = {r.knobs.bias.begin(), r.knobs.bias.end()}};
  act.after = act.before;
  return act;
}

Act move_knob(const RoutingPanel& r, Lever lever, double before, double after) {
  return {
      .lever = lever,
      .layer = r.layer,
      .routing = r.routing,
      .before = {before},
      .after = {after}};
}

}  // namespace moestro
