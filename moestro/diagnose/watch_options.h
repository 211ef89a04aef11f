// SPDX-License-Identifier: Apache-2.0
// The section [alarms] of a configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/descriptor.h"
#include "moestro/base/settings.h"
#include "moestro/record/facts.h"

MOESTRO_API_BEGIN
namespace moestro {

struct WatchOptions {
  // False alarms that a healthy run may raise in 1e5 steps, all rules and
  // layers together.
  double pages = 0.01, warnings = 0.03;
  int64_t window = 0;          // steps; 0 = a sixtieth of the run, 5 to 50
  std::string_view mute = "";  // ids, with commas between them
  std::string_view fail_on = "never";  // the level that ends the run
};

inline constexpr Range kAlarmBudget{1e-6, 1000};
inline constexpr Param kWatchParams[] = {
    param<&WatchOptions::pages>(
        "pages",
        "false pages that a healthy run may raise in 1e5 steps",
        kAlarmBudget),
    param<&WatchOptions::warnings>(
        "warnings", "false warnings, likewise", kAlarmBudget),
    param<&WatchOptions::window>(
        "window",
        "steps that the rules look at together; 0 = a sixtieth of the run, 5 "
        "to 50",
        {0, 100000}),
    list_param<&WatchOptions::mute>("mute", "rules that say nothing")
        .with({.example = "A07,A15"}),
    param<&WatchOptions::fail_on>(
        "fail_on", "an alarm of this level ends the run: it is saved first")
        .with({.choices = "never,warn,page"})};

// Of a run's resolved configuration; none where it is of another version, or
// was not recorded.
[[nodiscard]] std::vector<Setting> recorded_settings(const RunFacts&);
// Text of one of them, lists as "a,b"; nothing where it is unknown or a number.
[[nodiscard]] std::optional<std::string> recorded_words(
    const RunFacts&, std::string_view key);

// Those of a run's resolved configuration; the defaults where it has none.
[[nodiscard]] WatchOptions watch_options(const RunFacts&, StringPool&);

}  // namespace moestro
MOESTRO_API_END
