// SPDX-License-Identifier: Apache-2.0
// All rules over one run. What it knows is a function of the steps it was
// given: a resumed run gives it the recorded ones first, a reader of a run
// store all of them, and both raise what the run raised while it went on.
// A rule that throws says so, as an alarm of its own at level info, and is out
// of use from then on; the others and the run go on.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/watch_options.h"

MOESTRO_API_BEGIN
namespace moestro {

class Watch {
 public:
  // The rules are those of the registry, which must outlive the watch.
  // ConfigurationError: a muted id that no rule has, a budget not positive.
  Watch(const Registry&, const WatchOptions&, const RunFacts&);

  // Steps ascend.
  void step(const StepRecord&);
  // Declared: the data or the schedule changed on purpose, somebody intervened.
  void rearm();

  // Called with every window, after the rules have seen it.
  void on_window(std::function<void(const RunWindow&)> use) {
    use_ = std::move(use);
  }
  // The run is over: what is left of a window is looked at, if it is at least
  // half of one or all there is.
  void finish();

  // All of the run, in the order in which they opened.
  [[nodiscard]] const std::vector<AlarmEntry>& alarms() const {
    return alarms_;
  }
  // Those that opened since the last call.
  [[nodiscard]] std::vector<AlarmEntry> take_news();
  [[nodiscard]] int64_t window() const { return window_; }

 private:
  struct Rule {
    std::string id;
    std::unique_ptr<Alarm> alarm;  // nullptr once it has failed
  };
  struct Open {
    size_t entry;
    int64_t held;  // steps ago that it was last seen
  };
  using OpenKey = std::tuple<std::string, int32_t, std::string>;

  void add_rules(const Registry&, const WatchOptions&);
  void ask(const std::function<void(Alarm&, const Tell&)>& look);
  void notice(const Rule&, Finding);
  // What the data explain, or what may pass by itself, is no reason to wake
  // anybody.
  void excuse(const Rule&, Finding&);
  void open(const OpenKey&, const std::string& id, Finding);
  void add(const StepRecord&, const WatchSite&);
  void end_window();
  void close_quiet();
  [[nodiscard]] WatchSite site() const;
  void warm_up(double lr);

  RunFacts facts_;
  std::function<void(const RunWindow&)> use_;
  std::vector<Rule> rules_;
  int64_t window_ = 50;
  std::map<LayerKey, LayerSums> sums_;
  std::map<LayerKey, int64_t> experts_;
  std::map<std::string, std::pair<double, double>> scalars_;  // sum, count
  std::map<OpenKey, Open> open_;
  std::map<LayerKey, int64_t> excused_;  // by the data, until that window
  std::vector<AlarmEntry> alarms_;
  size_t told_ = 0;
  int64_t step_ = 0, in_window_ = 0, windows_ = 0;
  int64_t steady_ = 0;  // windows since the learning rate rose
  bool warm_ = false;
  int64_t settled_ = std::numeric_limits<int64_t>::max();  // step
  double last_lr_ = 0;
};

// "A03" of "a03-dead-expert"; of other names, the name.
[[nodiscard]] std::string alarm_id(std::string_view name);

}  // namespace moestro
MOESTRO_API_END
