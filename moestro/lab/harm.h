// SPDX-License-Identifier: Apache-2.0
// When a faulty run begins to suffer, as it was defined before anybody looked:
// the smoothed validation loss leaves the prediction band of healthy seeds for
// 50 steps, or a layer uses less than half of its experts, or at least two and
// a tenth of them are dead.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

using Curve = std::vector<RunReader::Point>;  // validation loss, nats a byte

// Where another healthy seed's smoothed loss stays with chance 99.9 %.
class HealthyBand {
 public:
  HealthyBand() = default;
  explicit HealthyBand(std::span<const Curve> healthy);

  // Of the smoothed loss at a step that was evaluated; nothing where there is
  // no band.
  [[nodiscard]] std::optional<double> top(int64_t step) const;
  // Between healthy seeds, of the smoothed loss.
  [[nodiscard]] double deviation() const { return deviation_; }

 private:
  std::map<int64_t, double> mean_;
  double deviation_ = 0, reach_ = 0;
};

// Over the last three evaluations.
[[nodiscard]] Curve smoothed(const Curve&);

// The first step at or after `fault_step`.
[[nodiscard]] std::optional<int64_t> harm_onset(
    const RunReader&, const HealthyBand&, int64_t fault_step);

}  // namespace moestro
MOESTRO_API_END
