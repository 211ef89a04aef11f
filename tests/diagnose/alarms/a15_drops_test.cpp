// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// At most `capacity` of each expert's pairs are served.
void cap(StepRecord& record, int64_t capacity) {
  auto& counts = record.layers[0].counts;
  for (auto& kept : counts.kept) {
    kept = std::min(kept, capacity);
  }
}

// The mean load is 512.
TEST(A15, pages_when_half_of_the_pairs_cannot_be_served) {
  Watched run({.phi = 4});
  run.run(500, [](StepRecord& r) { cap(r, 256); });
  ASSERT_NE(run.first("A15"), nullptr);
  EXPECT_EQ(run.first("A15")->level, Level::kPage);
}

// Balanced loads of such text overflow 1.1 times the mean now and then.
TEST(A15, what_balanced_routing_loses_is_no_news) {
  Watched run({.phi = 4});
  run.run(1000, [](StepRecord& r) { cap(r, 563); });
  EXPECT_EQ(run.first("A15"), nullptr);
}

}  // namespace
}  // namespace moestro
