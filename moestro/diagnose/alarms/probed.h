// SPDX-License-Identifier: Apache-2.0
// Rules about something that is measured now and then, on its own: beyond a
// limit for several probes in a row. Between two probes they say what they
// said.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "moestro/diagnose/alarm.h"

MOESTRO_API_BEGIN
namespace moestro::alarms {

struct ProbeLimit {
  std::string_view metric;  // its registered name
  bool higher;              // is worse
  double limit;
  int probes;  // in a row
  Level level;
  bool warm;                 // only of a run that is warm
  std::string_view message;  // follows the layer, before the value
  // Series beside it that say which experts it is about.
  std::string_view expert = "", other = "";
};

class Probed : public Alarm {
 public:
  explicit Probed(const ProbeLimit& what) : what_(what) {}

  void window(const RunWindow&, const WatchSite&, const Tell&) override;
  void rearm() override { layers_.clear(); }

 private:
  struct State {
    int beyond = 0;  // probes in a row
    double last = 0;
    int32_t expert = -1, other = -1;
  };

  void look(const LayerWindow&, const Tell&);
  [[nodiscard]] std::string words_of(const State&) const;

  ProbeLimit what_;
  std::map<LayerKey, State> layers_;
};

}  // namespace moestro::alarms
MOESTRO_API_END
