// SPDX-License-Identifier: Apache-2.0
// Mean cosine between rows of the router (R7): rises thousands of steps before
// a loss diverges (2606.28116), and where a balance loss draws rows together
// (2605.12476).
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace row_similarity_part {

constexpr Reading kReading = {
    .label = "router rows alike",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "0, give or take 1 / (E √D)",
    .meaning =
        "How alike the directions are by which the router tells experts apart: "
        "0 is unrelated, 1 the same. A slow rise comes long before trouble.",
    .tier = 1,
    .cost = "E² D multiplications a probe",
    .groups = "router,specialisation"};

class RowSimilarity final : public Metric {
 public:
  explicit RowSimilarity(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "row_cosine_mean");
  }
};

}  // namespace row_similarity_part

extern constinit const Variant<Metric> row_similarity = {
    .info =
        {.name = "row-similarity",
         .summary = "mean cosine between rows of the router",
         .paper = "2606.28116",
         .reading = &row_similarity_part::kReading},
    .make = make_plain<Metric, row_similarity_part::RowSimilarity>};

}  // namespace moestro::metrics
