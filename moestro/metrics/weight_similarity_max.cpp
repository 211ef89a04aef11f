// SPDX-License-Identifier: Apache-2.0
// Cosine between the weights of the two experts that are most alike (E3), mean
// over the matrices.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace weight_similarity_max_part {

constexpr Reading kReading = {
    .label = "most alike weights",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "near 0; upcycled experts start at 1",
    .meaning =
        "Cosine between the weights of the two experts that are most alike: at "
        "1 one of them is a copy of the other.",
    .tier = 1,
    .cost = "E² times the size of an expert, a probe",
    .groups = "specialisation,hard-fault"};

class WeightSimilarityMax final : public Metric {
 public:
  explicit WeightSimilarityMax(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return mean_extra(r, "", "/weight_cosine_max");
  }
};

}  // namespace weight_similarity_max_part

extern constinit const Variant<Metric> weight_similarity_max = {
    .info =
        {.name = "weight-similarity-max",
         .summary = "largest cosine between weights of two experts",
         .paper = "",
         .reading = &weight_similarity_max_part::kReading},
    .make =
        make_plain<Metric, weight_similarity_max_part::WeightSimilarityMax>};

}  // namespace moestro::metrics
