// SPDX-License-Identifier: Apache-2.0
// All experts live here: nothing moves.
#include "moestro/ops/part.h"

namespace moestro::exchange_parts {
namespace local_part {

class Local final : public Exchange {
 public:
  explicit Local(const Site&) {}
  [[nodiscard]] Tensor run(
      const Tensor& x_TD,
      const Routing& routing,
      const Experts& experts,
      const RouteContext&) const override {
    return experts.forward(x_TD, routing.pairs, routing.weight_N);
  }
};

}  // namespace local_part

extern constinit const Variant<Exchange> local = {
    .info =
        {.name = "local",
         .summary = "every expert lives in this process; nothing moves",
         .paper = "",
         .offers = {Trait::kCausal}},
    .make = make_plain<Exchange, local_part::Local>};

}  // namespace moestro::exchange_parts
