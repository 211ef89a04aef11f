// SPDX-License-Identifier: Apache-2.0
// A toy router from outside: every token goes to the experts after its own
// number, round robin. Registered beside the built-in ones, it runs by name:
//   external_router train CONFIG --set moe.select=round-robin
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

#include "cli/run.h"
#include "moestro/lab/registry.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace {

using namespace moestro;

class RoundRobin final : public Select {
 public:
  explicit RoundRobin(const Site&) {}
  [[nodiscard]] Assignment select(
      const Scores& scores, const RouteContext& ctx) const override {
    const auto experts = scores.live_TE.size(1);
    const auto first_T1 = ctx.tokens.serial_T.unsqueeze(1);
    const auto expert_TK =
        (first_T1 + at::arange(ctx.knobs.k, at::kLong)).remainder(experts);
    return assign(without_padding(expert_TK, ctx), experts);
  }
};

constinit const Variant<Select> kRoundRobin = {
    .info =
        {.name = "round-robin",
         .summary = "token t visits experts t, t + 1, ...",
         .paper = "",
         .offers = {Trait::kCausal, Trait::kFixedK}},
    .make = make_plain<Select, RoundRobin>};

}  // namespace

int main(int argc, char** argv) {
  auto registry = moestro::registry();
  registry.add(kRoundRobin);
  return moestro::run(argc, argv, registry);
}
