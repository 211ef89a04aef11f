// SPDX-License-Identifier: Apache-2.0
// Gate, perturbs, score, select, admit, weigh, one after the other: the
// readable router, which every other one must agree with.
#include "moestro/route/part_router.h"

namespace moestro::routers {
namespace in_row_part {

std::unique_ptr<Router> make(Given, const RouterSite& site) {
  return std::make_unique<PartRouter>(std::move(site.parts));
}

}  // namespace in_row_part

extern constinit const Variant<Router> in_row = {
    .info =
        {.name = "parts",
         .summary = "gate, score, select, admit and weigh in a row",
         .paper = "",
         .offers = {Trait::kCausal, Trait::kScores}},
    .make = in_row_part::make};

}  // namespace moestro::routers
