// SPDX-License-Identifier: Apache-2.0
// Runs in every state in which somebody may want to read them.
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "moestro/base/error.h"
#include "moestro/record/sqlite.h"
#include "moestro/record/store.h"
#include "tests/record/steps.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

std::string refusal(const std::string& path) {
  try {
    const RunReader reader(path);
    (void)reader.layer_steps(1, 1, 1000);
  } catch (const DataError& failure) {
    return failure.what();
  }
  return "accepted";
}

void write_steps(RunWriter& writer, int64_t first, int64_t last) {
  for (auto step = first; step <= last; ++step) {
    writer.add(made_up_step(step));
  }
}

TEST(RunReader, sees_a_live_run_grow) {
  const TemporaryFolder folder;
  RunWriter writer(folder / "run.db", 0);
  write_steps(writer, 1, 10);
  writer.flush();
  const RunReader reader(folder / "run.db");
  EXPECT_EQ(reader.last_step(), 10);
  write_steps(writer, 11, 20);
  writer.flush();
  EXPECT_EQ(reader.last_step(), 20);
  EXPECT_EQ(reader.layer_steps(1, 1, 20).size(), 19);  // 7 was skipped
}

TEST(RunReader, does_not_stop_the_writer_from_closing) {
  const TemporaryFolder folder;
  auto writer = std::make_unique<RunWriter>(folder / "run.db", 0);
  write_steps(*writer, 1, 10);
  writer->flush();
  const RunReader reader(folder / "run.db");
  EXPECT_EQ(reader.last_step(), 10);
  write_steps(*writer, 11, 12);
  writer.reset();
  EXPECT_EQ(reader.last_step(), 12);
}

// Somebody else, who may read the folder but not write to it.
int exit_of_stranger(const std::function<bool()>& good) {
  const auto child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
      _exit(3);
    }
    try {
      _exit(good() ? 0 : 1);
    } catch (const std::exception& error) {
      fputs(error.what(), stderr);
      _exit(2);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(RunReader, reads_a_live_run_in_a_folder_that_it_cannot_write) {
  const TemporaryFolder folder;
  RunWriter writer(folder / "run.db", 0);
  write_steps(writer, 1, 100);
  writer.flush();
  write_steps(writer, 101, 105);
  writer.flush();
  chmod(folder.path().c_str(), 0555);
  EXPECT_EQ(
      exit_of_stranger([&] {
        const RunReader reader(folder / "run.db");
        return reader.last_step() == 105 &&
               reader.layer_steps(1, 99, 105).size() == 7;
      }),
      0);
  chmod(folder.path().c_str(), 0755);
}

TEST(RunReader, reads_a_copy_of_a_killed_run_and_writes_nothing_beside_it) {
  const TemporaryFolder folder, copy;
  {
    RunWriter writer(folder / "run.db", 0);
    write_steps(writer, 1, 30);
    writer.flush();
    for (const auto* end : {"", "-wal"}) {
      const auto name = std::string("run.db") + end;
      std::filesystem::copy_file(folder / name, copy / name);
    }
  }
  chmod(copy.path().c_str(), 0555);
  EXPECT_EQ(
      exit_of_stranger(
          [&] { return RunReader(copy / "run.db").last_step() == 30; }),
      0);
  EXPECT_FALSE(std::filesystem::exists(copy / "run.db-shm"));
  chmod(copy.path().c_str(), 0755);
}

TEST(RunReader, a_missing_file_is_named) {
  EXPECT_EQ(
      refusal("/nowhere/run.db"), "there is no run store /nowhere/run.db");
}

TEST(RunReader, refuses_what_is_no_run_store) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.db") << std::string(5000, 'x');
  EXPECT_EQ(
      refusal(folder / "a.db"),
      (folder / "a.db") + " is no run store: not an SQLite file");
  sqlite::Database(folder / "b.db", sqlite::Access::kCreate)
      .run("CREATE TABLE t(x)");
  EXPECT_NE(refusal(folder / "b.db").find("no run store"), std::string::npos);
}

TEST(RunReader, refuses_a_newer_version_and_names_both) {
  const TemporaryFolder folder;
  {
    const RunWriter writer(folder / "run.db", 0);
  }
  sqlite::Database(folder / "run.db", sqlite::Access::kCreate)
      .run("PRAGMA user_version = 3");
  const auto text = refusal(folder / "run.db");
  EXPECT_NE(text.find("version 3"), std::string::npos) << text;
  EXPECT_NE(text.find("version 2"), std::string::npos) << text;
}

TEST(RunReader, a_damaged_tile_is_a_data_failure) {
  const TemporaryFolder folder;
  {
    RunWriter writer(folder / "run.db", 0);
    write_steps(writer, 1, 5);
  }
  sqlite::Database(folder / "run.db", sqlite::Access::kCreate)
      .run("UPDATE tile SET data = x'28b52ffd00' WHERE quantity = 'prob'");
  EXPECT_NE(refusal(folder / "run.db").find("damaged"), std::string::npos);
}

}  // namespace
}  // namespace moestro
