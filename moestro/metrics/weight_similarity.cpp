// SPDX-License-Identifier: Apache-2.0
// Mean cosine between the flattened weights of experts (E3), over the matrices.
// High proves that experts are copies; low proves nothing, because hidden units
// may be permuted. Upcycled experts start at 1.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace weight_similarity_part {

constexpr Reading kReading = {
    .label = "weights alike",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "0, give or take 1 / √(parameters); upcycled experts start at 1",
    .meaning =
        "Cosine between the weights of two experts, on average: 1 is copies. "
        "Low proves nothing, since hidden units may stand in another order.",
    .tier = 1,
    .cost = "E² times the size of an expert, a probe",
    .groups = "specialisation,hard-fault"};

class WeightSimilarity final : public Metric {
 public:
  explicit WeightSimilarity(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return mean_extra(r, "", "/weight_cosine_mean");
  }
};

}  // namespace weight_similarity_part

extern constinit const Variant<Metric> weight_similarity = {
    .info =
        {.name = "weight-similarity",
         .summary = "mean cosine between weights of experts",
         .paper = "",
         .reading = &weight_similarity_part::kReading},
    .make = make_plain<Metric, weight_similarity_part::WeightSimilarity>};

}  // namespace moestro::metrics
