// SPDX-License-Identifier: Apache-2.0
// What the rules for dead and for cold experts share.
#pragma once

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "moestro/diagnose/alarm.h"
#include "moestro/stats/scarcity.h"

MOESTRO_API_BEGIN
namespace moestro::alarms {

struct Scarce {
  double fraction;  // of the fair share
  int64_t windows;  // in a row, and
  int64_t steps;    // as many
  std::string_view word;
  Level level;  // once the run is warm
};

class ScarceExperts : public Alarm {
 public:
  ScarceExperts(const Scarce& what, const Site& site)
      : what_(what),
        lasting_(std::max(
            what.windows, (what.steps + site.window - 1) / site.window)),
        site_(site) {}

  void window(const RunWindow&, const WatchSite&, const Tell&) override;
  void rearm() override { layers_.clear(); }
  [[nodiscard]] Excuses excuses() const override {
    return {.text = true, .youth = true};
  }

 private:
  struct Expert {
    Scarcity evidence;
    int64_t beyond = 0;  // windows in a row
    double best = 0;     // largest load it ever had
  };

  void look(
      const LayerWindow&, const RunWindow&, const WatchSite&, const Tell&);
  [[nodiscard]] Finding finding(
      const LayerWindow&,
      const std::vector<int32_t>& scarce,
      const std::vector<Expert>&) const;

  Scarce what_;
  int64_t lasting_;  // windows
  Site site_;
  std::map<LayerKey, std::vector<Expert>> layers_;
};

}  // namespace moestro::alarms
MOESTRO_API_END
