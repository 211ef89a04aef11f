// SPDX-License-Identifier: Apache-2.0
// One thread owns the database; callers hand it items through a bounded queue.
// Items are kept until they are committed: when the disk refuses a block, the
// store is opened anew, cut back to what was committed, and the items are
// written again, so that a fault that passes loses nothing.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include "moestro/base/error.h"
#include "moestro/record/sink.h"
#include "moestro/record/store.h"

namespace moestro {
namespace {

using Time = std::chrono::steady_clock;
// Half of what is promised: writing takes time too.
constexpr auto kBlock = std::chrono::seconds(1);
constexpr size_t kQueue = 256;
// A disk that stays full must end the run before memory does.
constexpr size_t kMostPending = 100000;

}  // namespace

struct RunWriter::State {
  State(std::string file, int64_t last)
      : path(std::move(file)), last_step(last), committed_step(last) {
    sink = std::make_unique<Sink>(path, last);
  }

  void submit(StoreItem item) {
    std::unique_lock lock(mutex);
    space.wait(lock, [this] { return queue.size() < kQueue || fatal; });
    if (fatal) {
      std::rethrow_exception(fatal);
    }
    queue.push_back(std::move(item));
    work.notify_one();
  }

  void flush() {
    std::unique_lock lock(mutex);
    const auto request = ++requests;
    work.notify_one();
    done.wait(lock, [&] { return answered >= request || fatal; });
    if (problem) {
      std::rethrow_exception(problem);
    }
  }

  void run() {
    while (serve()) {
    }
    sink.reset();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      closing = true;
    }
    work.notify_one();
    thread.join();
  }

  struct Batch {
    uint64_t request = 0;
    bool last = false;
  };

  // What the writing thread does in one turn; false at the end.
  bool serve() {
    const auto batch = take();
    const bool commit = batch.last || batch.request > answered;
    std::exception_ptr trouble;
    try {
      write_pending();
      if (commit || Time::now() >= deadline) {
        commit_pending(batch.last);
      }
    } catch (...) {
      trouble = std::current_exception();
      sink.reset();
      written = 0;
    }
    answer(batch, trouble);
    return !batch.last;
  }

  // Waits for items, a request or the next block's time, and takes the items.
  Batch take() {
    std::unique_lock lock(mutex);
    const auto ready = [this] {
      return !queue.empty() || closing || requests > answered;
    };
    if (pending.empty()) {
      work.wait(lock, ready);
      deadline = Time::now() + kBlock;
    } else {
      work.wait_until(lock, deadline, ready);
    }
    std::ranges::move(queue, std::back_inserter(pending));
    queue.clear();
    space.notify_all();
    return {.request = requests, .last = closing};
  }

  void write_pending() {
    if (!sink) {
      sink = std::make_unique<Sink>(path, committed_step);
    }
    for (; written < pending.size(); ++written) {
      sink->write(pending[written]);
    }
  }

  void commit_pending(bool last) {
    sink->commit();
    for (const auto& item : pending) {
      if (const auto* record = std::get_if<StepRecord>(&item)) {
        committed_step = record->step;
      }
    }
    pending.clear();
    written = 0;
    if (last) {
      sink->close();
    }
  }

  void answer(const Batch& batch, const std::exception_ptr& trouble) {
    const std::lock_guard lock(mutex);
    problem = trouble;
    answered = batch.request;
    if (trouble) {
      deadline = Time::now() + kBlock;
    }
    if (pending.size() > kMostPending) {
      fatal = trouble;
      space.notify_all();
    }
    done.notify_all();
  }

  const std::string path;
  int64_t last_step;  // newest that was handed over
  std::mutex mutex;
  std::condition_variable work, space, done;
  std::deque<StoreItem> queue;
  uint64_t requests = 0, answered = 0;  // of flush
  bool closing = false;
  std::exception_ptr problem, fatal;
  // Of the writing thread alone.
  std::unique_ptr<Sink> sink;
  std::deque<StoreItem> pending;  // handed over, not yet committed
  size_t written = 0;             // of them, in the open transaction
  int64_t committed_step;
  Time::time_point deadline;
  std::thread thread;
};

RunWriter::RunWriter(const std::string& path, int64_t last_step)
    : state_(std::make_unique<State>(path, last_step)) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

RunWriter::~RunWriter() {
  state_->stop();
}

void RunWriter::add(StepRecord record) {
  require(
      record.step > state_->last_step,
      "[store] steps ascend; got step=" + std::to_string(record.step) +
          " after " + std::to_string(state_->last_step));
  state_->last_step = record.step;
  state_->submit(std::move(record));
}

void RunWriter::add_clock(
    int64_t step, double wall_seconds, double step_seconds) {
  state_->submit(StepClock{step, wall_seconds, step_seconds});
}

void RunWriter::add_phase_clock(
    int64_t step, std::vector<std::pair<std::string, double>> seconds) {
  state_->submit(PhaseClock{step, std::move(seconds)});
}

void RunWriter::add_event(
    int64_t step, std::string_view kind, std::string_view text) {
  state_->submit(EventItem{step, std::string(kind), std::string(text)});
}

void RunWriter::put_facts(const RunFacts& facts) {
  state_->submit(facts);
}

void RunWriter::add_evaluation(
    int64_t step, std::vector<std::pair<std::string, double>> values) {
  state_->submit(Evaluation{step, std::move(values)});
}

void RunWriter::flush() {
  state_->flush();
}

void recover_store(const std::string& path) {
  try {
    sqlite::Database db(path, sqlite::Access::kCreate);
    (void)db.integer("SELECT count(*) FROM sqlite_schema");
  } catch (const Error&) {
    return;
  }
}

}  // namespace moestro
