// SPDX-License-Identifier: Apache-2.0
// A router, a loss and a metric from outside, registered beside the built-in
// ones: they run by name, and the metric shows in every report by itself.
//   external_router train CONFIG --run RUN --set moe.select=round-robin
//       --set 'moe.losses=["even-mass"]'
//   external_router report RUN --html page.html
#include <algorithm>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

#include "cli/run.h"
#include "moestro/lab/registry.h"
#include "moestro/metrics/metric.h"
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

// E times the sum of squared shares of combine weight: 1 when all experts carry
// as much.
struct EvenMassParams {
  double weight = 0.01;
};
constexpr Param kEvenMassParams[] = {param<&EvenMassParams::weight>(
    "weight", "factor of the loss in the sum that training minimises", {0, 1})};

class EvenMass final : public Loss {
 public:
  EvenMass(const EvenMassParams& p, const PartSite&) : p_(p) {}
  [[nodiscard]] Tensor value(const LossView& v) const override {
    const auto mass_E = v.sums.mass_SE.sum(0);
    const auto share_E = mass_E / mass_E.sum().clamp_min(1e-12);
    return share_E.square().sum() * mass_E.numel();
  }
  [[nodiscard]] double weight() const override { return p_.weight; }

 private:
  EvenMassParams p_;
};

constinit const Variant<Loss> kEvenMass = {
    .info =
        {.name = "even-mass",
         .summary = "spreads combine weight over the experts",
         .paper = "",
         .params = kEvenMassParams},
    .make = make_part<Loss, EvenMass, EvenMassParams>};

// Share of the pairs that the busiest expert gets; balanced routing has 1 / E.
constexpr Reading kTopShareReading = {
    .label = "top share",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "one in E",
    .meaning = "Share of all token-expert pairs that the busiest expert gets.",
    .limits = {
        .scale = Scale::kTimesExpected,
        .warn = 2,
        .bad = 4,
        .complaint = "sends more than twice its share to one expert"}};

class TopShare final : public Metric {
 public:
  explicit TopShare(const Site&) {}
  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    double all = 0, most = 0;
    for (const auto n : r.counts.demand) {
      all += static_cast<double>(n);
      most = std::max(most, static_cast<double>(n));
    }
    return most / all;
  }
  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext&) const override {
    return 1 / static_cast<double>(r.counts.demand.size());
  }
};

constinit const Variant<Metric> kTopShare = {
    .info =
        {.name = "top-share",
         .summary = "share of pairs on the busiest expert",
         .paper = "",
         .reading = &kTopShareReading},
    .make = make_plain<Metric, TopShare>};

}  // namespace

int main(int argc, char** argv) {
  auto registry = moestro::registry();
  registry.add(kRoundRobin);
  registry.add(kEvenMass);
  registry.add(kTopShare);
  return moestro::run(argc, argv, registry);
}
