// SPDX-License-Identifier: Apache-2.0
// One thread owns the database; callers hand it items through a bounded queue.
// What is handed over is counted, so that `flush` knows when its part is safe.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "moestro/base/failure.h"
#include "moestro/record/sink.h"
#include "moestro/record/store.h"

namespace moestro {
namespace {

using Time = std::chrono::steady_clock;
// Half of what is promised: writing takes time too.
constexpr auto kBlock = std::chrono::seconds(1);
constexpr size_t kQueue = 256;

}  // namespace

struct RunWriter::State {
  State(const std::string& path, int64_t last)
      : sink(path, last), last_step(last) {}

  void submit(StoreItem item) {
    std::unique_lock lock(mutex);
    space.wait(lock, [this] { return queue.size() < kQueue || error; });
    if (error) {
      std::rethrow_exception(error);
    }
    queue.push_back(std::move(item));
    ++submitted;
    work.notify_one();
  }

  void flush() {
    std::unique_lock lock(mutex);
    const auto target = submitted;
    flush_until = std::max(flush_until, target);
    work.notify_one();
    done.wait(lock, [&] { return committed >= target || error; });
    if (error) {
      std::rethrow_exception(error);
    }
  }

  void run() {
    try {
      while (serve()) {
      }
      sink.close();
    } catch (...) {
      const std::lock_guard lock(mutex);
      error = std::current_exception();
      queue.clear();
      space.notify_all();
      done.notify_all();
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      closing = true;
    }
    work.notify_one();
    thread.join();
  }

  // What the writing thread does in one turn; false at the end.
  bool serve() {
    auto batch = take();
    for (const auto& item : batch.items) {
      sink.write(item);
    }
    written += batch.items.size();
    if (written > committed_here && (batch.commit || Time::now() >= deadline)) {
      sink.commit();
      committed_here = written;
      const std::lock_guard lock(mutex);
      committed = written;
      done.notify_all();
    }
    return !batch.last;
  }

  struct Batch {
    std::deque<StoreItem> items;
    bool commit = false, last = false;
  };

  Batch take() {
    std::unique_lock lock(mutex);
    const auto ready = [this] {
      return !queue.empty() || closing || flush_until > committed;
    };
    if (written > committed_here) {
      work.wait_until(lock, deadline, ready);
    } else {
      work.wait(lock, ready);
      deadline = Time::now() + kBlock;
    }
    Batch batch{std::move(queue), closing || flush_until > committed, closing};
    queue.clear();
    space.notify_all();
    return batch;
  }

  Sink sink;
  int64_t last_step;  // newest that was handed over
  std::mutex mutex;
  std::condition_variable work, space, done;
  std::deque<StoreItem> queue;
  uint64_t submitted = 0, committed = 0, flush_until = 0;
  bool closing = false;
  std::exception_ptr error;
  // Of the writing thread alone.
  uint64_t written = 0, committed_here = 0;
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

void RunWriter::put_fact(std::string_view key, std::string_view value) {
  state_->submit(FactItem{std::string(key), std::string(value)});
}

void RunWriter::add_evaluation(
    int64_t step, std::vector<std::pair<std::string, double>> values) {
  state_->submit(Evaluation{step, std::move(values)});
}

void RunWriter::flush() {
  state_->flush();
}

}  // namespace moestro
