// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/block_run.h"

#include <set>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/diagnose/calibration.h"
#include "moestro/diagnose/core_registry.h"
#include "tests/serve/made_run.h"

namespace moestro {
namespace {

class BlockRunTest : public MadeRun {
 protected:
  // Steps tell themselves by their loss.
  void write_numbered(int64_t steps) const {
    RunWriter writer(store(), 0);
    for (int64_t step = 1; step <= steps; ++step) {
      StepRecord record;
      record.step = step;
      record.scalars = {
          {"loss/lm", static_cast<double>(step)}, {"lr", 1.0 / step}};
      record.layers = {layer(1, {100, 120, 80, 100})};
      writer.add(record);
    }
  }
};

TEST_F(BlockRunTest, GoesOnForEverInWholeBlocks) {
  write_numbered(100);
  BlockRun run(RunReader(store()), {.first = 21, .block = 10, .seed = 3});
  std::set<double> starts;
  for (int64_t i = 0; i < 50; ++i) {
    const auto first = run.next();
    ASSERT_EQ(first.scalars.size(), 1U);  // one learning rate: none
    const double loss = first.scalars[0].second;
    EXPECT_EQ(static_cast<int64_t>(loss) % 10, 1);
    EXPECT_GE(loss, 21);
    EXPECT_EQ(first.step, 10 * i + 1);
    starts.insert(loss);
    for (int64_t j = 1; j < 10; ++j) {
      EXPECT_EQ(run.next().scalars[0].second, loss + static_cast<double>(j));
    }
  }
  EXPECT_EQ(starts.size(), 8U);
}

TEST_F(BlockRunTest, TooFewBlocksAreRefused) {
  write_numbered(100);
  EXPECT_THROW(
      BlockRun(RunReader(store()), {.first = 51, .block = 10}),
      ConfigurationError);
}

TEST_F(BlockRunTest, TheRulesSeeWhatWasRecorded) {
  write(200);  // layer 2 has a dead expert
  const auto registry = core_registry();
  const BlockRun run(RunReader(store()), {.block = 10});
  const auto seen = calibrate(run, 500, registry, {});
  EXPECT_FALSE(seen.warnings.empty() && seen.pages.empty());
}

}  // namespace
}  // namespace moestro
