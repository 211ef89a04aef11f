// SPDX-License-Identifier: Apache-2.0
// Mutual information of the domain of a sequence and the experts of its pairs
// on the validation text (E9), against the same with domains shuffled.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace domain_information_part {

constexpr Reading kReading = {
    .label = "domain information",
    .unit = "nats",
    .worse = Worse::kLower,
    .digits = 3,
    .null = "above what shuffled domains give",
    .meaning =
        "What knowing the expert tells about the domain of the text, in nats: "
        "above chance, experts specialise.",
    .tier = 2,
    .cost = "counts of an evaluation, 20 shuffles",
    .groups = "specialisation,data"};

class DomainInformation final : public Metric {
 public:
  explicit DomainInformation(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "domain_mutual_information");
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "shuffled");
  }
};

}  // namespace domain_information_part

extern constinit const Variant<Metric> domain_information = {
    .info =
        {.name = "domain-information",
         .summary = "what an expert tells about the domain, nats",
         .paper = "",
         .reading = &domain_information_part::kReading},
    .make = make_plain<Metric, domain_information_part::DomainInformation>};

}  // namespace moestro::metrics
