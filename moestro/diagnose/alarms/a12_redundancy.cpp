// SPDX-License-Identifier: Apache-2.0
// A12: experts make the same of the same token: the mean cosine of their
// outputs is above 0.95. Experts that begin as copies stay copies while loads
// look even.
#include "moestro/diagnose/alarms/probed.h"

namespace moestro::alarms {
namespace a12_redundancy_part {

constexpr ProbeLimit kLimit = {
    .metric = "output-similarity",
    .higher = true,
    .limit = 0.95,
    .probes = 1,
    .level = Level::kWarn,
    .warm = false,
    .message = "its experts do the same"};

class Redundancy final : public Probed {
 public:
  explicit Redundancy(const Site&) : Probed(kLimit) {}
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
