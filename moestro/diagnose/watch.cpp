// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/watch.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/attempt.h"
#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/metrics/load.h"

namespace moestro {
namespace {

constexpr double kBudgetSteps = 1e5;
constexpr int64_t kShortest = 5, kLongest = 50;
// A run is warm when its learning rate has not risen for so long; without one,
// when it has run for so long.
constexpr int64_t kWarmWindows = 3;
// Windows without a finding that close an alarm.
constexpr int64_t kQuietWindows = 2;
constexpr std::string_view kDataShift = "A17";
// Balancing takes so long to catch up with a router that learns from scratch at
// its full rate: healthy models have an expert without tokens, or one with
// three times the mean, for some hundred steps (measured).
constexpr int64_t kSettling = 150, kSettlingWindows = 10;  // at most both

int64_t window_of(const WatchOptions& options, const RunFacts& facts) {
  if (options.window > 0) {
    return options.window;
  }
  const bool planned = facts.recipe && facts.steps;
  return planned ? std::clamp(*facts.steps / 60, kShortest, kLongest)
                 : kLongest;
}

}  // namespace

std::string_view name_of(Level level) {
  constexpr std::string_view kNames[] = {"info", "warn", "page"};
  return kNames[static_cast<size_t>(level)];
}

std::string alarm_id(std::string_view name) {
  const bool ours = name.size() > 4 && name[0] == 'a' && name[3] == '-' &&
                    std::isdigit(static_cast<unsigned char>(name[1])) != 0 &&
                    std::isdigit(static_cast<unsigned char>(name[2])) != 0;
  return ours ? "A" + std::string(name.substr(1, 2)) : std::string(name);
}

Watch::Watch(
    const Registry& registry,
    const WatchOptions& options,
    const RunFacts& facts)
    : facts_(facts), window_(window_of(options, facts)) {
  add_rules(registry, options);
}

void Watch::add_rules(const Registry& registry, const WatchOptions& options) {
  const auto names = registry.names(Alarm::kKind);
  std::vector<std::string> ids;
  std::ranges::transform(names, std::back_inserter(ids), alarm_id);
  const auto muted = split(options.mute);
  for (const auto& id : muted) {
    if (std::ranges::find(ids, id) == ids.end()) {
      fail_configuration(
          "alarms.mute: no rule '" + std::string(id) + "'; there are " +
              join(ids),
          "alarms.mute");
    }
  }
  const double shares =
      kBudgetSteps * static_cast<double>(std::max<size_t>(1, names.size()));
  const Alarm::Site place{
      .rates =
          {.page = options.pages / shares, .warn = options.warnings / shares},
      .window = window_};
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::find(muted, ids[i]) == muted.end()) {
      rules_.push_back({ids[i], registry.at<Alarm>(names[i]).make({}, place)});
    }
  }
}

WatchSite Watch::site() const {
  int64_t streams = 0;
  for (const auto& [key, experts] : experts_) {
    streams += experts;
  }
  return {
      .facts = facts_,
      .from_scratch = facts_.recipe.has_value(),
      .layers = std::max<int64_t>(1, std::ssize(experts_)),
      .streams = std::max<int64_t>(1, streams)};
}

void Watch::ask(const std::function<void(Alarm&, const Tell&)>& look) {
  for (auto& rule : rules_) {
    if (!rule.alarm) {
      continue;
    }
    const auto tell = [this, &rule](Finding finding) {
      notice(rule, std::move(finding));
    };
    if (const auto failure = failure_of([&] { look(*rule.alarm, tell); })) {
      rule.alarm.reset();
      tell(
          {.level = Level::kInfo,
           .message =
               "the rule itself failed, and is out of use: " + *failure});
    }
  }
}

void Watch::excuse(const Rule& rule, Finding& finding) {
  const LayerKey layer{finding.layer, finding.routing};
  if (rule.id == kDataShift && finding.value >= finding.threshold) {
    excused_[layer] = windows_ + kQuietWindows;
  }
  const auto found = excused_.find(layer);
  const auto excuses = rule.alarm ? rule.alarm->excuses() : Alarm::Excuses{};
  if (excuses.youth && facts_.recipe && step_ < settled_) {
    finding.level = Level::kInfo;
    finding.message += "; so early it may pass by itself";
  }
  if (excuses.text && found != excused_.end() && found->second >= windows_) {
    finding.level = Level::kInfo;
    finding.message += "; the data explain it (A17)";
  }
}

void Watch::notice(const Rule& rule, Finding finding) {
  excuse(rule, finding);
  const OpenKey key{rule.id, finding.layer, finding.routing};
  const auto found = open_.find(key);
  const bool worse = found != open_.end() && finding.opens &&
                     finding.level > alarms_[found->second.entry].level;
  if (worse) {
    alarms_[found->second.entry].closed_step = step_;
    open_.erase(found);
  } else if (found != open_.end()) {
    found->second.held = step_;
    return;
  }
  if (finding.opens) {
    open(key, rule.id, std::move(finding));
  }
}

void Watch::open(const OpenKey& key, const std::string& id, Finding finding) {
  open_[key] = {alarms_.size(), step_};
  alarms_.push_back(
      {.id = id,
       .level = finding.level,
       .step = step_,
       .layer = finding.layer,
       .routing = std::move(finding.routing),
       .expert = finding.expert,
       .value = finding.value,
       .threshold = finding.threshold,
       .message = std::move(finding.message)});
}

void Watch::step(const StepRecord& record) {
  step_ = record.step;
  const auto place = site();
  ask([&](Alarm& rule, const Tell& tell) { rule.step(record, place, tell); });
  if (!record.skipped) {
    add(record, place);
  }
  if (in_window_ == window_) {
    end_window();
  }
  close_quiet();
}

void Watch::add(const StepRecord& record, const WatchSite& place) {
  ++in_window_;
  for (const auto& layer : record.layers) {
    const LayerKey key{layer.layer, layer.routing};
    sums_.try_emplace(key, place.top_k(layer)).first->second.add(layer);
    experts_[key] = static_cast<int64_t>(metrics::experts_of(layer));
  }
  for (const auto& [name, value] : record.scalars) {
    if (std::isfinite(value)) {
      scalars_[name].first += value;
      scalars_[name].second += 1;
    }
  }
}

void Watch::warm_up(double lr) {
  const bool known = std::isfinite(lr);
  steady_ = known && lr > last_lr_ * 1.001 ? 0 : steady_ + 1;
  if (!warm_ && steady_ > kWarmWindows) {
    warm_ = true;
    settled_ = step_ + std::min(kSettling, kSettlingWindows * window_);
  }
  last_lr_ = known ? lr : 0;
}

void Watch::end_window() {
  RunWindow window{.number = windows_, .step = step_};
  for (const auto& [name, sum] : std::exchange(scalars_, {})) {
    window.means[name] = sum.first / sum.second;
  }
  warm_up(window.mean("lr"));
  window.warm = warm_;
  for (auto& [key, sums] : sums_) {
    if (!sums.empty()) {
      window.layers.push_back(sums.take());
    }
  }
  auto place = site();
  for (const auto& [key, one] : open_) {
    place.open.push_back(alarms_[one.entry]);
  }
  ask([&](Alarm& rule, const Tell& tell) { rule.window(window, place, tell); });
  if (use_) {
    use_(window);
  }
  in_window_ = 0;
  ++windows_;
}

void Watch::finish() {
  if (in_window_ > 0 && (windows_ == 0 || 2 * in_window_ >= window_)) {
    end_window();
  }
}

void Watch::close_quiet() {
  std::erase_if(open_, [this](const auto& item) {
    const auto& [entry, held] = item.second;
    const bool quiet = step_ - held > kQuietWindows * window_;
    if (quiet) {
      alarms_[entry].closed_step = step_;
    }
    return quiet;
  });
}

void Watch::rearm() {
  ask([](Alarm& rule, const Tell&) { rule.rearm(); });
}

std::vector<AlarmEntry> Watch::take_news() {
  const std::vector<AlarmEntry> news(
      alarms_.begin() + static_cast<std::ptrdiff_t>(told_), alarms_.end());
  told_ = alarms_.size();
  return news;
}

}  // namespace moestro
