// SPDX-License-Identifier: Apache-2.0
// A healthy run that was recorded, gone on with for ever: blocks of its steps
// drawn with replacement (Kuensch 1989), so that everything that was measured,
// scores, probes and losses too, has the law it had. What rules that see more
// than counts are calibrated on.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

class BlockRun {
 public:
  struct Plan {
    int64_t first = 1;   // step: what comes before is warm-up
    int64_t block = 50;  // steps; a multiple of what probes wait
    uint64_t seed = 0;
  };
  // ConfigurationError when there are not 8 blocks from `first` on.
  BlockRun(const RunReader&, const Plan&);

  // Numbered from 1, at one learning rate.
  [[nodiscard]] StepRecord next();
  // As of a trace: the run is not watched from its first step on.
  [[nodiscard]] const RunFacts& facts() const { return facts_; }

 private:
  RunFacts facts_;
  std::vector<StepRecord> steps_;
  size_t block_, at_ = 0, left_ = 0;
  std::mt19937_64 random_;
  int64_t step_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
