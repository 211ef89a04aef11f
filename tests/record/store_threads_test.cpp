// SPDX-License-Identifier: Apache-2.0
// The recorder writes from a thread of its own while others read: what TSan is
// run for.
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "moestro/record/store.h"
#include "tests/record/steps.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

constexpr int64_t kSteps = 200;

void write_all(const std::string& path) {
  RunWriter writer(path, 0);
  for (int64_t step = 1; step <= kSteps; ++step) {
    writer.add(made_up_step(step));
    writer.add_clock(step, static_cast<double>(step), 0.1);
    if (step % 20 == 0) {
      writer.add_event(step, "checkpoint", "made up");
      writer.flush();
    }
  }
}

// Steps never go back, and a step that is there has its layers.
void read_until(const std::string& path, const std::atomic<bool>& done) {
  int64_t before = 0;
  while (!done) {
    const RunReader reader(path);
    const auto last = reader.last_step();
    EXPECT_GE(last, before);
    before = last;
    for (const auto& [step, layer] : reader.layer_steps(1, 1, last)) {
      EXPECT_EQ(layer.counts.demand[0], step);
    }
  }
}

TEST(RunStore, is_read_by_several_threads_while_one_writes) {
  const TemporaryFolder folder;
  const auto path = folder / "run.db";
  RunWriter(path, 0).flush();
  std::atomic<bool> done = false;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] { read_until(path, done); });
  }
  std::jthread writer([&] { write_all(path); });
  writer.join();
  done = true;
  readers.clear();
  EXPECT_EQ(RunReader(path).last_step(), kSteps);
}

TEST(RunWriter, is_handed_steps_and_journal_lines_by_two_threads) {
  const TemporaryFolder folder;
  const auto path = folder / "run.db";
  {
    RunWriter writer(path, 0);
    std::jthread journal([&] {
      for (int64_t step = 1; step <= kSteps; ++step) {
        writer.add_event(step, "checkpoint", "made up");
      }
    });
    for (int64_t step = 1; step <= kSteps; ++step) {
      writer.add(made_up_step(step));
    }
  }
  const RunReader reader(path);
  EXPECT_EQ(reader.last_step(), kSteps);
  EXPECT_EQ(reader.events().size(), kSteps);
}

}  // namespace
}  // namespace moestro
