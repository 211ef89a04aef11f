// SPDX-License-Identifier: Apache-2.0
// A12: experts make the same of the same token: the mean cosine of their
// outputs is above 0.95, or that of two of them (healthy ones: below 0.5,
// measured). Experts that begin as copies part slowly while loads look even.
#include "moestro/diagnose/alarms/probed.h"

namespace moestro::alarms {
namespace a12_redundancy_part {

constexpr ProbeLimit kAll = {
    .metric = "output-similarity",
    .higher = true,
    .limit = 0.95,
    .probes = 1,
    .level = Level::kWarn,
    .warm = false,
    .message = "its experts do the same"};

constexpr ProbeLimit kTwo = {
    .metric = "output-similarity-max",
    .higher = true,
    .limit = 0.95,
    .probes = 1,
    .level = Level::kWarn,
    .warm = false,
    .message = "they do the same",
    .expert = "alike_one",
    .other = "alike_other"};

class Redundancy final : public Alarm {
 public:
  explicit Redundancy(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    all_.window(run, watch, tell);
    two_.window(run, watch, tell);
  }
  void rearm() override {
    all_.rearm();
    two_.rearm();
  }

 private:
  Probed all_{kAll}, two_{kTwo};
};

}  // namespace a12_redundancy_part

extern constinit const Variant<Alarm> a12_redundancy = {
    .info =
        {.name = "a12-redundancy",
         .summary = "experts do the same",
         .paper = "",
         .shows = "output-similarity"},
    .make = make_plain<Alarm, a12_redundancy_part::Redundancy>};

}  // namespace moestro::alarms
