// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/store.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/record/sqlite.h"
#include "tests/record/steps.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

void write_steps(RunWriter& writer, int64_t first, int64_t last) {
  for (auto step = first; step <= last; ++step) {
    writer.add(made_up_step(step));
  }
}

void expect_same(const LayerRecord& a, const LayerRecord& b) {
  EXPECT_EQ(a.layer, b.layer);
  EXPECT_EQ(a.counts.tokens, b.counts.tokens);
  EXPECT_EQ(a.counts.demand, b.counts.demand);
  EXPECT_EQ(a.counts.kept, b.counts.kept);
  EXPECT_EQ(a.counts.first, b.counts.first);
  EXPECT_EQ(a.prob, b.prob);
  EXPECT_EQ(a.mass, b.mass);
  EXPECT_EQ(a.grad_norm, b.grad_norm);
  EXPECT_EQ(a.sequences.sequences, b.sequences.sequences);
  EXPECT_EQ(a.sequences.square, b.sequences.square);
  EXPECT_EQ(a.sequences.traces, b.sequences.traces);
  EXPECT_EQ(a.domain_demand, b.domain_demand);
  EXPECT_EQ(a.lse2, b.lse2);
  EXPECT_EQ(a.entropy, b.entropy);
  EXPECT_EQ(a.max_logit, b.max_logit);
  EXPECT_EQ(a.min_margin, b.min_margin);
  EXPECT_EQ(a.nonfinite, b.nonfinite);
  EXPECT_EQ(a.losses, b.losses);
  EXPECT_EQ(a.extras, b.extras);
}

TEST(RunStore, gives_back_every_layer_record_of_a_range) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    write_steps(writer, 1, 140);
  }
  const RunReader reader(folder / "run.db");
  EXPECT_EQ(reader.last_step(), 140);
  EXPECT_EQ(reader.layers(), (std::vector<int32_t>{1, 12}));
  const auto steps = reader.layer_steps(12, 60, 131);
  ASSERT_EQ(steps.size(), 71);  // step 107 was skipped
  for (const auto& [step, record] : steps) {
    expect_same(record, made_up_layer(12, step));
  }
}

TEST(RunStore, gives_back_scalars_with_nan_and_infinity) {
  const TemporaryFolder folder;
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  {
    RunWriter writer(folder / "run.db", 0);
    writer.add({.step = 1, .scalars = {{"a", nan}}, .layers = {}});
    writer.add({.step = 2, .scalars = {{"a", infinity}}, .layers = {}});
    writer.add_evaluation(2, {{"valid/lm", 1.5}});
  }
  const RunReader reader(folder / "run.db");
  EXPECT_EQ(reader.series(), (std::vector<std::string>{"a", "valid/lm"}));
  const auto points = reader.scalar("a");
  ASSERT_EQ(points.size(), 2);
  EXPECT_TRUE(std::isnan(points[0].value));
  EXPECT_EQ(points[1].value, infinity);
  EXPECT_EQ(reader.scalar("valid/lm").at(0).step, 2);
  EXPECT_TRUE(reader.scalar("nothing").empty());
}

TEST(RunStore, a_skipped_step_leaves_scalars_and_no_word_of_its_own) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    write_steps(writer, 7, 7);
  }
  const RunReader reader(folder / "run.db");
  EXPECT_EQ(reader.scalar("loss/lm").size(), 1);
  EXPECT_TRUE(reader.layers().empty());
  EXPECT_TRUE(reader.events().empty());
}

TEST(RunStore, gives_back_facts_events_and_clocks) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    writer.put_facts({.steps = 8});
    writer.put_facts({.steps = 16});
    writer.add_event(0, "started", "fresh");
    writer.add_clock(1, 2.5, 0.5);
    writer.add_phase_clock(1, {{"backward", 0.25}, {"forward", 0.125}});
    writer.add_phase_clock(2, {{"forward", 0.5}});
  }
  const RunReader reader(folder / "run.db");
  EXPECT_EQ(reader.facts().steps, 16);
  EXPECT_EQ(reader.facts().recipe, std::nullopt);
  EXPECT_EQ(reader.events().at(0).text, "fresh");
  EXPECT_EQ(reader.clocks().at(0).wall_seconds, 2.5);
  const std::vector<std::pair<std::string, double>> expected = {
      {"backward", 0.25}, {"forward", 0.625}};
  EXPECT_EQ(reader.phase_seconds(), expected);
}

TEST(RunStore, steps_ascend) {
  const TemporaryFolder folder;
  RunWriter writer(folder / "run.db", 0);
  writer.add(made_up_step(3));
  EXPECT_THROW(writer.add(made_up_step(3)), ContractError);
}

TEST(RunStore, is_one_plain_file_when_closed) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    write_steps(writer, 1, 3);
    writer.flush();
    EXPECT_TRUE(std::filesystem::exists(folder / "run.db-wal"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "run.db-wal"));
}

TEST(RunStore, what_cannot_be_written_is_a_failure_that_names_the_file) {
  try {
    RunWriter writer("/nowhere/run.db", 0);
    FAIL();
  } catch (const StorageError& failure) {
    EXPECT_NE(
        std::string(failure.what()).find("/nowhere/run.db"), std::string::npos);
  }
}

TEST(RunStore, an_error_of_the_thread_surfaces_at_the_next_flush) {
  const TemporaryFolder folder;
  RunWriter writer(folder / "run.db", 0);
  writer.flush();
  sqlite::Database(folder / "run.db", sqlite::Access::kCreate)
      .run("DROP TABLE fact");
  writer.put_facts({});
  EXPECT_THROW(writer.flush(), Error);
  EXPECT_NO_THROW(writer.add_event(1, "x", ""));
}

TEST(Heat, means_over_equal_stretches_come_from_the_pyramid) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    for (int64_t step = 1; step <= 200; ++step) {
      writer.add(
          {.step = step, .scalars = {}, .layers = {made_up_layer(1, step)}});
    }
  }
  const auto heat = RunReader(folder / "run.db").heat(1, 10);
  EXPECT_EQ(heat.steps_per_column, 24);  // 20, up to a multiple of 8
  ASSERT_EQ(heat.columns.size(), 9);
  EXPECT_EQ(heat.columns[0], (std::vector<double>{12.5, 25, 1}));
  EXPECT_EQ(heat.columns[8], (std::vector<double>{196.5, 393, 1}));
}

TEST(Heat, a_short_run_has_one_column_a_step) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    write_steps(writer, 1, 8);
  }
  const auto heat = RunReader(folder / "run.db").heat(1, 100);
  EXPECT_EQ(heat.steps_per_column, 1);
  EXPECT_EQ(heat.columns.at(2), (std::vector<double>{3, 6, 1}));
  EXPECT_TRUE(std::isnan(heat.columns.at(6).at(0)));  // skipped
}

TEST(Heat, of_an_empty_run_is_empty) {
  const TemporaryFolder folder;
  {
    const RunWriter writer(folder / "run.db", 0);
  }
  EXPECT_TRUE(RunReader(folder / "run.db").heat(1, 100).columns.empty());
}

}  // namespace
}  // namespace moestro
