// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/compare.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "moestro/base/text.h"
#include "moestro/diagnose/watch_options.h"
#include "moestro/diagnose/window.h"
#include "moestro/metrics/window.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/entropy.h"

namespace moestro {
namespace {

constexpr int64_t kBlock = 1000;  // steps that are held at once
constexpr size_t kWindow = 20;    // common steps
constexpr size_t kLast = 100;
constexpr double kChance = 1e-6, kErrors = 5;

using Records = std::vector<std::pair<int64_t, LayerRecord>>;
struct Pair {
  int64_t step;
  LayerRecord a, b;
};

std::string text_of(const SettingValue& value) {
  if (const auto* yes = std::get_if<bool>(&value)) {
    return *yes ? "true" : "false";
  }
  if (const auto* whole = std::get_if<int64_t>(&value)) {
    return std::to_string(*whole);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return shortest(*real);
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    return *text;
  }
  return "[" + join(std::get<std::vector<std::string>>(value)) + "]";
}

std::map<std::string, std::string> settings_of(const RunFacts& facts) {
  std::map<std::string, std::string> all;
  for (const auto& setting : recorded_settings(facts)) {
    all[setting.key] = text_of(setting.value);
  }
  return all;
}

std::optional<std::string> value_at(
    const std::map<std::string, std::string>& all, const std::string& key) {
  const auto found = all.find(key);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

std::vector<SettingDifference> setting_differences(
    const RunFacts& a, const RunFacts& b) {
  const auto of_a = settings_of(a), of_b = settings_of(b);
  auto keys = of_a;
  keys.insert(of_b.begin(), of_b.end());
  std::vector<SettingDifference> found;
  for (const auto& [key, value] : keys) {
    const auto in_a = value_at(of_a, key), in_b = value_at(of_b, key);
    if (in_a != in_b) {
      found.push_back({key, in_a, in_b});
    }
  }
  return found;
}

// Two windows in a row.
class Patience {
 public:
  [[nodiscard]] std::optional<int64_t> push(bool beyond, int64_t first_step) {
    const auto before = std::exchange(
        pending_, beyond ? std::optional(first_step) : std::nullopt);
    return beyond ? before : std::nullopt;
  }

 private:
  std::optional<int64_t> pending_;
};

struct Moments {
  double sum = 0, squares = 0, count = 0;

  void add(double x) {
    sum += x;
    squares += x * x;
    ++count;
  }
  [[nodiscard]] double mean() const { return sum / count; }
  // Of the mean.
  [[nodiscard]] double variance() const {
    return std::max(0.0, squares / count - mean() * mean()) / (count - 1);
  }
};

Parting loss_parting(const RunReader& a, const RunReader& b) {
  Parting parting;
  std::map<int64_t, double> of_a;
  for (const auto& point : a.scalar("loss/lm")) {
    of_a[point.step] = point.value;
  }
  Patience patience;
  Moments in_a, in_b;
  int64_t first = 0;
  for (const auto& point : b.scalar("loss/lm")) {
    const auto other = of_a.find(point.step);
    const bool usable = other != of_a.end() && std::isfinite(point.value) &&
                        std::isfinite(other->second);
    if (!usable) {
      continue;
    }
    if (!parting.exact && point.value != other->second) {
      parting.exact = point.step;
    }
    first = in_a.count == 0 ? point.step : first;
    in_a.add(other->second);
    in_b.add(point.value);
    if (in_a.count == kWindow) {
      const double error = std::sqrt(in_a.variance() + in_b.variance());
      const bool beyond = std::abs(in_a.mean() - in_b.mean()) > kErrors * error;
      const auto since = patience.push(beyond, first);
      parting.beyond_noise =
          parting.beyond_noise ? parting.beyond_noise : since;
      in_a = in_b = {};
    }
  }
  return parting;
}

// The chance that experts of the same shares differ so much.
double same_shares(const LayerWindow& a, const LayerWindow& b) {
  if (a.experts() != b.experts() || a.experts() < 2) {
    return 0;
  }
  const double tokens_a = a.tokens(), tokens_b = b.tokens();
  double statistic = 0;
  for (size_t e = 0; e < a.experts(); ++e) {
    const auto n = static_cast<double>(a.counts.demand[e]);
    const auto m = static_cast<double>(b.counts.demand[e]);
    const double q = (n + m) / (tokens_a + tokens_b);
    const double variance = q * (1 - q) * (a.phi / tokens_a + b.phi / tokens_b);
    const double apart = n / tokens_a - m / tokens_b;
    statistic += variance > 0 ? apart * apart / variance : 0;
  }
  const auto E = static_cast<double>(a.experts());
  return chi_square_tail(statistic * (E - 1) / E, E - 1);
}

// One layer of both runs, step by step.
class LayerTwins {
 public:
  explicit LayerTwins(LayerDifference& found) : found_(found) {}

  void add(const LayerRecord& a, const LayerRecord& b, int64_t step) {
    if (!found_.parting.exact && a.counts.demand != b.counts.demand) {
      found_.parting.exact = step;
    }
    first_ = in_window_ == 0 ? step : first_;
    sums_a_.add(a);
    sums_b_.add(b);
    keep(last_a_, a);
    keep(last_b_, b);
    if (++in_window_ == kWindow) {
      end_window();
    }
  }

  void finish() {
    found_.a = side_of(last_a_);
    found_.b = side_of(last_b_);
    found_.correlation = correlation(mean_loads(last_a_), mean_loads(last_b_));
  }

  [[nodiscard]] static LayerSide side_of(
      const std::vector<LayerRecord>& records) {
    const auto load_E = mean_loads(records);
    if (load_E.empty()) {
      return {};
    }
    return {
        .max_vio = std::ranges::max(load_E) - 1,
        .effective_experts = std::exp(entropy_nats(load_E))};
  }

 private:
  static void keep(std::vector<LayerRecord>& last, const LayerRecord& record) {
    last.push_back(record);
    if (last.size() > kLast) {
      last.erase(last.begin());
    }
  }

  static Figure correlation(
      const std::vector<double>& a_E, const std::vector<double>& b_E) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t e = 0; e < std::min(a_E.size(), b_E.size()); ++e) {
      ab += (a_E[e] - 1) * (b_E[e] - 1);
      aa += (a_E[e] - 1) * (a_E[e] - 1);
      bb += (b_E[e] - 1) * (b_E[e] - 1);
    }
    const bool known = a_E.size() == b_E.size() && aa > 0 && bb > 0;
    return known ? Figure(ab / std::sqrt(aa * bb)) : std::nullopt;
  }

  void end_window() {
    in_window_ = 0;
    if (sums_a_.empty() || sums_b_.empty()) {
      return;
    }
    const bool beyond = same_shares(sums_a_.take(), sums_b_.take()) < kChance;
    const auto since = patience_.push(beyond, first_);
    auto& parting = found_.parting.beyond_noise;
    parting = parting ? parting : since;
  }

  LayerDifference& found_;
  LayerSums sums_a_{1}, sums_b_{1};
  std::vector<LayerRecord> last_a_, last_b_;
  size_t in_window_ = 0;
  int64_t first_ = 0;
  Patience patience_;
};

std::set<LayerKey> layers_in(const RunReader& reader) {
  std::set<LayerKey> all;
  for (const auto layer : reader.layers()) {
    for (const auto& routing : reader.routings(layer)) {
      all.emplace(layer, routing);
    }
  }
  return all;
}

std::map<int64_t, LayerRecord> by_step(
    const RunReader& reader, const LayerKey& key, int64_t first, int64_t last) {
  std::map<int64_t, LayerRecord> all;
  for (auto& [step, record] :
       reader.layer_steps(key.first, first, last, key.second)) {
    all.emplace(step, std::move(record));
  }
  return all;
}

void use_common(
    const std::map<int64_t, LayerRecord>& of_a,
    const std::map<int64_t, LayerRecord>& of_b,
    const std::function<void(const Pair&)>& use) {
  for (const auto& [step, record] : of_a) {
    const auto other = of_b.find(step);
    if (other != of_b.end()) {
      use({step, record, other->second});
    }
  }
}

void walk(
    const RunReader& a,
    const RunReader& b,
    const LayerKey& key,
    const std::function<void(const Pair&)>& use) {
  const auto last = std::min(a.last_step(), b.last_step());
  for (int64_t first = 1; first <= last; first += kBlock) {
    const auto end = std::min(last, first + kBlock - 1);
    use_common(by_step(a, key, first, end), by_step(b, key, first, end), use);
  }
}

LayerDifference twins(
    const RunReader& a, const RunReader& b, const LayerKey& key) {
  LayerDifference found{.layer = key.first, .routing = key.second};
  LayerTwins both(found);
  walk(a, b, key, [&both](const Pair& pair) {
    both.add(pair.a, pair.b, pair.step);
  });
  both.finish();
  return found;
}

LayerSide alone(const RunReader& reader, const LayerKey& key) {
  return LayerTwins::side_of(
      last_records(reader, key.first, kLast, key.second));
}

std::vector<LayerDifference> layer_differences(
    const RunReader& a, const RunReader& b) {
  const auto in_a = layers_in(a), in_b = layers_in(b);
  auto all = in_a;
  all.insert(in_b.begin(), in_b.end());
  std::vector<LayerDifference> found;
  for (const auto& key : all) {
    if (in_a.contains(key) && in_b.contains(key)) {
      found.push_back(twins(a, b, key));
      continue;
    }
    auto& one = found.emplace_back();
    one.layer = key.first;
    one.routing = key.second;
    (in_a.contains(key) ? one.a : one.b) =
        alone(in_a.contains(key) ? a : b, key);
  }
  return found;
}

int64_t common_steps(const RunReader& a, const RunReader& b) {
  const auto last = std::min(a.last_step(), b.last_step());
  int64_t count = 0;
  auto in_a = a.next_step(1), in_b = b.next_step(1);
  while (in_a && in_b && *in_a <= last && *in_b <= last) {
    count += *in_a == *in_b ? 1 : 0;
    const auto next = std::min(*in_a, *in_b) + 1;
    in_a = *in_a < next ? a.next_step(next) : in_a;
    in_b = *in_b < next ? b.next_step(next) : in_b;
  }
  return count;
}

using AlarmKey = std::tuple<std::string, int32_t, std::string>;

AlarmKey key_of(const AlarmEntry& alarm) {
  return {alarm.id, alarm.layer, alarm.routing};
}

}  // namespace

const LayerDifference* Comparison::first_layer(
    std::optional<int64_t> Parting::* when) const {
  const LayerDifference* first = nullptr;
  int64_t earliest = std::numeric_limits<int64_t>::max();
  for (const auto& layer : layers) {
    const auto step = (layer.parting.*when).value_or(earliest);
    if (step < earliest) {
      first = &layer;
      earliest = step;
    }
  }
  return first;
}

std::vector<AlarmEntry> alarms_only_in(
    const Examination& one, const Examination& other) {
  std::set<AlarmKey> seen;
  for (const auto& alarm : other.alarms) {
    seen.insert(key_of(alarm));
  }
  std::vector<AlarmEntry> only;
  for (const auto& alarm : one.alarms) {
    if (seen.insert(key_of(alarm)).second) {
      only.push_back(alarm);
    }
  }
  return only;
}

Comparison compare(
    const RunReader& a, const RunReader& b, const Registry& registry) {
  return {
      .common_steps = common_steps(a, b),
      .settings = setting_differences(a.facts(), b.facts()),
      .loss = loss_parting(a, b),
      .layers = layer_differences(a, b),
      .a = examine(a, registry),
      .b = examine(b, registry)};
}

}  // namespace moestro
