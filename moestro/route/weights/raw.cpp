// SPDX-License-Identifier: Apache-2.0
// weight = live score of the expert (Switch, 2101.03961; ReMoE, 2412.14711),
// times the routing scale.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::weights {
namespace raw_part {

class Raw final : public Weigh {
 public:
  explicit Raw(const PartSite& site) : scale_(site.route_scale) {}

  Tensor weigh(const Assignment& pairs, const Scores& s) const override {
    return at::where(served(pairs), at_pairs(s.live_TE, pairs), 0) * scale_;
  }

 private:
  double scale_;
};

}  // namespace raw_part

extern constinit const Variant<Weigh> raw = {
    .info =
        {.name = "raw",
         .summary = "the live score as it is",
         .paper = "2101.03961",
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_plain<Weigh, raw_part::Raw>};

}  // namespace moestro::weights
