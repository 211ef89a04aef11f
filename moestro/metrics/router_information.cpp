// SPDX-License-Identifier: Apache-2.0
// H(mean score) - mean H(score), nats (R3): the mutual information of token and
// expert. Near 0 late in training: the router does not learn.

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/stats/entropy.h"

namespace moestro::metrics {
namespace router_information_part {

constexpr Reading kReading = {
    .label = "router information",
    .unit = "nats",
    .worse = Worse::kLower,
    .digits = 3,
    .null = "rises after warm-up",
    .meaning =
        "What a token tells about its expert: near 0 late in training the "
        "router does not learn.",
    .cost = "two sums of the routing pass",
    .groups = "router,specialisation"};

class RouterInformation final : public Metric {
 public:
  explicit RouterInformation(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return entropy_nats(r.prob) - mean_token_entropy(r);
  }
};

}  // namespace router_information_part

extern constinit const Variant<Metric> router_information = {
    .info =
        {.name = "router-information",
         .summary = "mutual information of token and expert, nats",
         .paper = "",
         .reading = &router_information_part::kReading},
    .make = make_plain<Metric, router_information_part::RouterInformation>};

}  // namespace moestro::metrics
