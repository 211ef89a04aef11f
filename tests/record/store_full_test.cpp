// SPDX-License-Identifier: Apache-2.0
// A disk that is full for a while: nothing is lost once there is room again.
#include <csignal>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "moestro/base/error.h"
#include "moestro/record/store.h"
#include "tests/record/steps.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

// Files of this process cannot grow beyond `bytes` while it lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(StoreOnAFullDisk, flush_fails_and_a_later_one_saves_everything) {
  const TemporaryFolder folder;
  const auto path = folder / "run.db";
  {
    RunWriter store(path, 0);
    for (int64_t step = 1; step <= 70; ++step) {
      store.add(made_up_step(step));
    }
    store.flush();
    {
      const FileLimit full(4096);
      for (int64_t step = 71; step <= 140; ++step) {
        store.add(made_up_step(step));
      }
      EXPECT_THROW(store.flush(), Error);
      EXPECT_THROW(store.flush(), Error);
      store.add(made_up_step(141));
    }
    store.flush();
  }
  const RunReader reader(path);
  EXPECT_EQ(reader.last_step(), 141);
  EXPECT_EQ(reader.scalar("loss/lm").size(), 141U);
  // Skipped steps (three of them) leave no layer records.
  EXPECT_EQ(reader.layer_steps(12, 1, 141).size(), 138U);
}

}  // namespace
}  // namespace moestro
