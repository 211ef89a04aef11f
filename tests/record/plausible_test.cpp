// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/plausible.h"

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

LayerRecord sound() {
  LayerRecord record;
  record.counts = {
      .tokens = 6, .demand = {4, 8}, .kept = {4, 8}, .first = {2, 4}};
  record.prob = {2, 4};
  record.sequences = {.sequences = 2, .square = {3, 9}, .traces = {1, 1}};
  return record;
}

bool is_refused(const LayerRecord& record) {
  try {
    plausible::check(record, "run.db");
  } catch (const DataError& error) {
    EXPECT_EQ(error.subject(), "run.db");
    return true;
  }
  return false;
}

TEST(Plausible, record_of_a_step_passes) {
  EXPECT_FALSE(is_refused(sound()));
  EXPECT_FALSE(is_refused({}));
}

TEST(Plausible, lists_of_different_lengths_are_refused) {
  auto record = sound();
  record.counts.kept = {1, 2, 3};
  EXPECT_TRUE(is_refused(record));
  record = sound();
  record.prob = {1};
  EXPECT_TRUE(is_refused(record));
  record = sound();
  record.domain_demand = {1, 2, 3};
  EXPECT_TRUE(is_refused(record));
  record = sound();
  record.sequences.square.clear();
  EXPECT_TRUE(is_refused(record));
}

TEST(Plausible, counts_out_of_range_are_refused) {
  auto record = sound();
  record.counts.demand[0] = -1;
  EXPECT_TRUE(is_refused(record));
  record = sound();
  record.domain_demand = {1, -1};
  EXPECT_TRUE(is_refused(record));
  record = sound();
  record.counts.tokens = int64_t{1} << 62U;
  EXPECT_TRUE(is_refused(record));
}

TEST(Plausible, steps_and_layers_out_of_range_are_refused) {
  EXPECT_EQ(plausible::step(0, "run.db"), 0);
  EXPECT_THROW((void)plausible::step(-1, "run.db"), DataError);
  EXPECT_THROW((void)plausible::step(int64_t{1} << 62U, "run.db"), DataError);
  EXPECT_EQ(plausible::layer(99'999, "run.db"), 99'999);
  EXPECT_THROW((void)plausible::layer(-1, "run.db"), DataError);
  EXPECT_THROW((void)plausible::layer(100'000, "run.db"), DataError);
}

TEST(Plausible, keys_that_do_not_rise_are_refused) {
  plausible::Rising<int64_t> rising("run.db");
  rising(1);
  rising(2);
  EXPECT_THROW(rising(2), DataError);
}

}  // namespace
}  // namespace moestro
