// SPDX-License-Identifier: Apache-2.0
// A metric turns the recorded sums of one layer and step into one number. The
// same for our runs, watched models and imported traces.
#pragma once

#include <cstdint>
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
  NullTable& null;  // remembers simulations from step to step
};

class Metric {
 public:
  static constexpr std::string_view kKind = "metric";
  struct Site {};

  virtual ~Metric() = default;
  // NaN where the record does not hold what is needed.
  [[nodiscard]] virtual double value(
      const LayerRecord&, const MetricContext&) const = 0;
};

}  // namespace moestro
MOESTRO_API_END
