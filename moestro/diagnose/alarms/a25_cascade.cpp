// SPDX-License-Identifier: Apache-2.0
// A25: a quarter of the layers, three at least, have an open warning at once:
// one cause, and one page instead of many warnings.
#include <set>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a25_cascade_part {

constexpr double kShare = 0.25;
constexpr size_t kFewest = 3;

class Cascade final : public Alarm {
 public:
  explicit Cascade(const Site&) {}

  void window(
      const RunWindow&, const WatchSite& watch, const Tell& tell) override {
    std::set<int32_t> troubled;
    for (const auto& alarm : watch.open) {
      if (alarm.level >= Level::kWarn && alarm.layer >= 0) {
        troubled.insert(alarm.layer);
      }
    }
    const double share = static_cast<double>(troubled.size()) /
                         static_cast<double>(watch.layers);
    if (troubled.size() >= kFewest && share >= kShare) {
      tell(
          {.level = Level::kPage,
           .value = share,
           .threshold = kShare,
           .message = std::to_string(troubled.size()) + " of " +
                      std::to_string(watch.layers) +
                      " layers have an open warning"});
    }
  }
};

}  // namespace a25_cascade_part

extern constinit const Variant<Alarm> a25_cascade = {
    .info =
        {.name = "a25-cascade",
         .summary = "a quarter of the layers are in trouble at once",
         .paper = "",
         .shows = "max-vio"},
    .make = make_plain<Alarm, a25_cascade_part::Cascade>};

}  // namespace moestro::alarms
