// SPDX-License-Identifier: Apache-2.0
// A rule that looks at a run while it goes on and says when something is wrong.
// A rule only says what it sees now; opening, closing and counting alarms is
// the watch's business (diagnose/watch.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/base/variant.h"
#include "moestro/diagnose/window.h"

MOESTRO_API_BEGIN
namespace moestro {

// What a rule sees at one step or window.
struct Finding {
  Level level = Level::kWarn;
  int32_t layer = -1;
  std::string routing{};
  int32_t expert = -1;
  double value = 0, threshold = 0;
  std::string message{};  // a sentence, with the numbers
  // False: no reason to open an alarm, but one that is open stays so.
  bool opens = true;
};
using Tell = std::function<void(Finding)>;

// How rarely a rule may be wrong: average false alarms of all its streams
// together, in one step.
struct AlarmRates {
  double page = 1e-8, warn = 2e-8;
};

class Alarm {
 public:
  static constexpr std::string_view kKind = "alarm";
  struct Site {
    AlarmRates rates{};
    int64_t window = 50;  // steps

    // That a healthy layer may warn in one window.
    [[nodiscard]] double warn_chance(const WatchSite& watch) const {
      return rates.warn * static_cast<double>(window) /
             static_cast<double>(watch.layers);
    }
  };

  // What may explain its findings; they are told then and wake nobody.
  struct Excuses {
    bool text = false;   // a change of it (A17)
    bool youth = false;  // a run from scratch still settles
  };

  virtual ~Alarm() = default;
  // Every recorded step, as it comes.
  virtual void step(const StepRecord&, const WatchSite&, const Tell&) {}
  // Every window, when it is full. Layers that saw no token are not in it.
  virtual void window(const RunWindow&, const WatchSite&, const Tell&) {}
  // A declared event: what was learned from the run so far is forgotten.
  virtual void rearm() {}
  [[nodiscard]] virtual Excuses excuses() const { return {}; }
};

}  // namespace moestro
MOESTRO_API_END
