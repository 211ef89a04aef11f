// SPDX-License-Identifier: Apache-2.0
// A18: the text repeats itself more than it used to: within sequences (8-grams
// that stood there before, on average and in the worst sequence; different
// tokens) or between the sequences of a step (copies). A step beyond all steps
// of the baseline, 8 windows and at least 100 steps, is a hit: of exchangeable
// steps fewer than 5 % are. A CUSUM of the log likelihood ratio of 30 % hits
// against 5 % counts them, so that topics which last are no news, and one
// sequence in twenty is, within dozens of steps. From the start: when four of
// five 8-grams, or half of the sequences, are copies.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"
#include "moestro/stats/charts.h"

namespace moestro::alarms {
namespace a18_repetition_part {

constexpr int64_t kBaseline = 8, kFewest = 100;  // windows, steps
constexpr double kUsual = 0.05, kFault = 0.3;    // of the steps
constexpr double kMargin = 0.01;                 // nobody minds less repetition
constexpr double kLongest = 9e9;

struct Watched {
  std::string_view series;
  double sign;    // -1: less is worse
  double always;  // by itself, from the first window on
  std::string_view what;
};
constexpr std::array<Watched, 4> kWatched = {
    {{"data/repeated",
      1,
      0.8,
      "of the 8-grams of a sequence stood in it before"},
     {"data/repeated_most",
      1,
      2,
      "of the 8-grams of the worst sequence stood in it before"},
     {"data/copies",
      1,
      0.5,
      "of the sequences of a step are copies of another"},
     {"data/distinct", -1, 2, "of the tokens of a sequence are different"}}};

class Repetition final : public Alarm {
 public:
  explicit Repetition(const Site& site) : site_(site) {}

  void step(
      const StepRecord& record, const WatchSite&, const Tell& tell) override {
    for (const auto& [name, value] : record.scalars) {
      const auto found = std::ranges::find(kWatched, name, &Watched::series);
      if (found != kWatched.end() && std::isfinite(value)) {
        look(static_cast<size_t>(found - kWatched.begin()), value, tell);
      }
    }
  }

  void window(
      const RunWindow& run, const WatchSite&, const Tell& tell) override {
    for (const auto& watched : kWatched) {
      const double mean = run.mean(watched.series);
      if (mean > watched.always) {
        say(watched, mean, watched.always, true, tell);
      }
    }
  }

  void rearm() override { states_ = {}; }

 private:
  struct State {
    int64_t seen = 0;
    double most = -1e300;  // of the baseline, in the worse direction
    std::optional<CountCusum> chart{};
    Streak<4, 32> holds;
  };

  [[nodiscard]] CountCusum fresh() const {
    const double wait = static_cast<double>(kWatched.size()) / site_.rates.warn;
    return {kUsual, kFault, std::min(kLongest, wait)};
  }

  void look(size_t i, double value, const Tell& tell) {
    const auto& watched = kWatched[i];
    auto& state = states_[i];
    const double x = watched.sign * value;
    if (state.seen < std::max(kFewest, kBaseline * site_.window)) {
      ++state.seen;
      state.most = std::max(state.most, x);
      return;
    }
    if (!state.chart) {
      state.chart = fresh();
    }
    const bool hit = x > state.most + kMargin;
    const bool holds = state.holds.push(hit);
    const bool opens = state.chart->push(hit ? 1 : 0, 1, 1);
    if (opens) {
      state.chart = fresh();
    }
    if (opens || (hit && holds)) {
      say(watched, value, watched.sign * state.most, opens, tell);
    }
  }

  static void say(
      const Watched& watched,
      double value,
      double limit,
      bool opens,
      const Tell& tell) {
    tell(
        {.level = Level::kWarn,
         .value = value,
         .threshold = limit,
         .message = "the text repeats itself: " + words::percent(value) + " " +
                    std::string(watched.what) + ", again and again " +
                    (watched.sign > 0 ? "more than the " : "less than the ") +
                    words::percent(limit) + " that are usual",
         .opens = opens});
  }

  Site site_;
  std::array<State, kWatched.size()> states_{};
};

}  // namespace a18_repetition_part

extern constinit const Variant<Alarm> a18_repetition = {
    .info =
        {.name = "a18-repetition",
         .summary = "the text repeats itself more than it used to",
         .paper = "2512.23995",
         .shows = "data/repeated,data/repeated_most,data/copies,data/distinct"},
    .make = make_plain<Alarm, a18_repetition_part::Repetition>};

}  // namespace moestro::alarms
