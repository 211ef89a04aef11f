// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/block_run.h"

#include <string>

#include "moestro/base/error.h"
#include "moestro/diagnose/replay.h"

namespace moestro {
namespace {

constexpr size_t kFewest = 8;  // blocks

// A block that follows an earlier one would look like a jump of the rate.
void level_rate(std::vector<StepRecord>& steps) {
  for (auto& step : steps) {
    std::erase_if(
        step.scalars, [](const auto& scalar) { return scalar.first == "lr"; });
  }
}

}  // namespace

BlockRun::BlockRun(const RunReader& reader, const Plan& plan)
    : facts_(reader.facts()),
      steps_(recorded_steps(reader, plan.first, reader.last_step())),
      block_(static_cast<size_t>(plan.block)),
      random_(plan.seed) {
  if (steps_.size() < kFewest * block_) {
    fail_configuration(
        "the run has " + std::to_string(steps_.size()) + " steps from " +
            std::to_string(plan.first) + " on: too few for " +
            std::to_string(kFewest) + " blocks of " + std::to_string(block_),
        "--block");
  }
  level_rate(steps_);
  facts_.recipe.reset();
}

StepRecord BlockRun::next() {
  if (left_ == 0) {
    const auto blocks = steps_.size() / block_;
    at_ =
        std::uniform_int_distribution<size_t>(0, blocks - 1)(random_) * block_;
    left_ = block_;
  }
  --left_;
  auto record = steps_[at_++];
  record.step = ++step_;
  return record;
}

}  // namespace moestro
