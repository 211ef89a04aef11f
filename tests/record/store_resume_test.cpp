// SPDX-License-Identifier: Apache-2.0
// A run that was cut and resumed ends in the rows of one that was not.
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "moestro/record/sqlite.h"
#include "moestro/record/store.h"
#include "tests/record/steps.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

void write_steps(RunWriter& writer, int64_t first, int64_t last) {
  for (auto step = first; step <= last; ++step) {
    writer.add(made_up_step(step));
    writer.add_clock(step, static_cast<double>(rand()), 0);
    if (step % 25 == 0) {
      writer.add_evaluation(step, {{"valid/lm", static_cast<double>(step)}});
    }
  }
}

// Every row of every metric table, as text, in the order of the table.
std::vector<std::string> metric_rows(const std::string& path) {
  sqlite::Database db(path, sqlite::Access::kRead);
  std::vector<std::string> rows;
  const auto collect = [&](const std::string& sql) {
    auto select = db.prepare(sql);
    while (select.next()) {
      rows.push_back(sql.substr(0, 4) + select.text(0));
    }
  };
  collect("SELECT key || value FROM fact");
  collect("SELECT step || ',' || skipped FROM step");
  collect("SELECT series || step || ',' || quote(value) FROM scalar");
  collect(
      "SELECT layer || quantity || factor || ',' || first_step || hex(data) "
      "FROM tile");
  return rows;
}

std::vector<std::string> straight_run(int64_t last) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    writer.put_facts({.steps = 600});
    write_steps(writer, 1, last);
  }
  return metric_rows(folder / "run.db");
}

class CutAt : public testing::TestWithParam<int64_t> {};

TEST_P(CutAt, resuming_gives_the_rows_of_an_uninterrupted_run) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    writer.put_facts({.steps = 600});
    write_steps(writer, 1, 300);
  }
  {
    RunWriter writer(folder / "run.db", GetParam());
    write_steps(writer, GetParam() + 1, 600);
  }
  static const auto expected = straight_run(600);
  EXPECT_EQ(metric_rows(folder / "run.db"), expected);
}

// Inside a tile, at and beside its ends, at a skipped step (107), at an end of
// a stretch of 8, at the very start and at the end of what was written.
INSTANTIATE_TEST_SUITE_P(
    Steps,
    CutAt,
    testing::Values(0, 1, 63, 64, 65, 107, 136, 200, 256, 299, 300));

TEST(Resume, several_cuts_leave_no_trace) {
  const TemporaryFolder folder;
  int64_t from = 0;
  for (const int64_t to : {90, 70, 150, 149, 600}) {
    RunWriter writer(folder / "run.db", std::min(from, to));
    writer.put_facts({.steps = 600});
    write_steps(writer, std::min(from, to) + 1, to);
    from = to;
    writer.flush();
  }
  EXPECT_EQ(metric_rows(folder / "run.db"), straight_run(600));
}

TEST(Resume, deletes_what_came_after_in_every_table) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    write_steps(writer, 1, 100);
  }
  {
    const RunWriter writer(folder / "run.db", 40);
  }
  const RunReader reader(folder / "run.db");
  EXPECT_EQ(reader.last_step(), 40);
  EXPECT_EQ(reader.clocks().back().step, 40);
  EXPECT_EQ(reader.scalar("valid/lm").size(), 1);
  EXPECT_EQ(reader.layer_steps(1, 1, 1000).back().first, 40);
}

// Runs in a process of its own, which ends without a word.
template <class Act>
void killed(Act act) {
  const auto child = fork();
  if (child == 0) {
    act();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
}

TEST(Kill, keeps_what_was_flushed) {
  const TemporaryFolder folder;
  killed([&] {
    auto* writer = new RunWriter(folder / "run.db", 0);
    write_steps(*writer, 1, 100);
    writer->flush();
    write_steps(*writer, 101, 120);
  });
  EXPECT_GE(RunReader(folder / "run.db").last_step(), 100);
}

TEST(Kill, loses_two_seconds_at_most_without_a_flush) {
  const TemporaryFolder folder;
  killed([&] {
    auto* writer = new RunWriter(folder / "run.db", 0);
    write_steps(*writer, 1, 100);
    std::this_thread::sleep_for(std::chrono::seconds(2));
  });
  EXPECT_EQ(RunReader(folder / "run.db").last_step(), 100);
}

TEST(Kill, resuming_afterwards_leaves_no_trace) {
  const TemporaryFolder folder;
  killed([&] {
    auto* writer = new RunWriter(folder / "run.db", 0);
    writer->put_facts({.steps = 600});
    write_steps(*writer, 1, 210);
    writer->flush();
    write_steps(*writer, 211, 290);
  });
  {
    RunWriter writer(folder / "run.db", 210);
    write_steps(writer, 211, 600);
  }
  EXPECT_EQ(metric_rows(folder / "run.db"), straight_run(600));
}

}  // namespace
}  // namespace moestro
