// SPDX-License-Identifier: Apache-2.0
// A metric turns the recorded sums of one layer and step into one number. The
// same for our runs, watched models and imported traces. How the number is
// read stands in its descriptor (Info::reading).
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/base/variant.h"
#include "moestro/record/step.h"
#include "moestro/stats/null.h"

MOESTRO_API_BEGIN
namespace moestro {

// What the record itself does not say.
struct MetricContext {
  int64_t top_k;
  NullTable& null;      // remembers simulations from step to step
  bool fixed_k = true;  // every token asks for exactly top_k
  std::span<const int32_t> device_E{};  // of each expert; empty: not known
};

class Metric {
 public:
  static constexpr std::string_view kKind = "metric";
  struct Site {};

  virtual ~Metric() = default;
  // NaN where the record does not hold what is needed.
  [[nodiscard]] virtual double value(
      const LayerRecord&, const MetricContext&) const = 0;
  // About what balanced routing of tokens as much alike as these would show;
  // NaN where nobody can say.
  [[nodiscard]] virtual double expected(
      const LayerRecord&, const MetricContext&) const {
    return std::numeric_limits<double>::quiet_NaN();
  }
  // Over several steps, ascending: the mean of those that have a value.
  [[nodiscard]] virtual double over(
      std::span<const LayerRecord>, const MetricContext&) const;
  // The same of what is expected.
  [[nodiscard]] virtual double expected_over(
      std::span<const LayerRecord>, const MetricContext&) const;
};

// A metric of the change over several steps: one step has none.
class ChangeMetric : public Metric {
 public:
  [[nodiscard]] double value(
      const LayerRecord&, const MetricContext&) const override {
    return std::numeric_limits<double>::quiet_NaN();
  }
};

}  // namespace moestro
MOESTRO_API_END
