// SPDX-License-Identifier: Apache-2.0
// Nobody is dropped (MegaBlocks, 2211.15841).
#include <utility>

#include "moestro/ops/part.h"

namespace moestro::admits {
namespace all_part {

class All final : public Admit {
 public:
  explicit All(const PartSite&) {}

  Assignment admit(
      Assignment pairs, const Scores&, const RouteContext&) const override {
    return pairs;
  }
};

}  // namespace all_part

extern constinit const Variant<Admit> all = {
    .info =
        {.name = "all",
         .summary = "serves every pair",
         .paper = "2211.15841",
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_plain<Admit, all_part::All>};

}  // namespace moestro::admits
