// SPDX-License-Identifier: Apache-2.0
// Largest cosine between two rows of the router (R7): a pair that the router
// cannot tell apart.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace row_similarity_max_part {

constexpr Reading kReading = {
    .label = "most alike rows",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "about √(4 ln E / D)",
    .meaning =
        "Cosine of the two router rows that are most alike: at 1 the router "
        "cannot tell two experts apart.",
    .tier = 1,
    .cost = "E² D multiplications a probe",
    .groups = "router,specialisation"};

class RowSimilarityMax final : public Metric {
 public:
  explicit RowSimilarityMax(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "row_cosine_max");
  }
};

}  // namespace row_similarity_max_part

extern constinit const Variant<Metric> row_similarity_max = {
    .info =
        {.name = "row-similarity-max",
         .summary = "largest cosine between two rows of the router",
         .paper = "2606.28116",
         .reading = &row_similarity_max_part::kReading},
    .make = make_plain<Metric, row_similarity_max_part::RowSimilarityMax>};

}  // namespace moestro::metrics
