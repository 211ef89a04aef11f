// SPDX-License-Identifier: Apache-2.0
// How a scenario lets the instruments lie: hooks that are off by some layers,
// silent, standing still, or counting twice.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>

#include "moestro/base/api.h"
#include "moestro/lab/scenario.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro {

class InstrumentFaults {
 public:
  explicit InstrumentFaults(std::span<const InstrumentFault> faults)
      : faults_(faults) {}
  void apply(StepRecord&);

 private:
  void apply(const InstrumentFault&, StepRecord&);

  std::span<const InstrumentFault> faults_;
  // The last true record of each routing.
  std::map<std::pair<int32_t, std::string>, LayerRecord> last_;
};

}  // namespace moestro
MOESTRO_API_END
