// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/import.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/record/store.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Half of what is promised: writing takes time too.
constexpr auto kBlock = std::chrono::milliseconds(500);

bool has_nothing(const fs::path& folder) {
  std::error_code error;
  return !fs::exists(folder, error) || fs::is_empty(folder, error);
}

// What an import left, to go on from.
struct Past {
  RunFacts facts;
  int64_t last_step = 0;
};

Past past_of(const fs::path& run) {
  const RunReader reader((run / "run.db").string());
  return {reader.facts(), reader.last_step()};
}

[[noreturn]] void refuse_folder(const fs::path& run, const std::string& why) {
  fail_configuration(
      run.string() + " " + why + "; --run DIR names another folder", "--run");
}

std::optional<Past> past_in(const fs::path& run, const TraceOptions& options) {
  if (has_nothing(run)) {
    return std::nullopt;
  }
  if (!options.follow || !fs::exists(run / "run.db")) {
    refuse_folder(run, "already holds something");
  }
  auto past = past_of(run);
  // A kill may come before the first block.
  const bool fresh = past.last_step == 0 && !past.facts.config;
  if (past.facts.origin != options.format && !fresh) {
    refuse_folder(run, "holds no import of a trace of this format");
  }
  return past;
}

// The folder while it is written: made, locked, and gone again if nothing
// came.
class Destination {
 public:
  explicit Destination(const fs::path& run)
      : run_(run), made_(!fs::exists(run)) {
    std::error_code error;
    fs::create_directories(run, error);
    if (error) {
      fail_storage(
          "cannot make the folder " + run.string() + ": " + error.message(),
          run.string());
    }
    lock_.emplace(run);
  }
  ~Destination() {
    if (keep_) {
      return;
    }
    std::error_code ignored;
    lock_.reset();
    fs::remove(run_ / "lock", ignored);
    if (made_) {
      fs::remove(run_, ignored);
    }
  }
  Destination(const Destination&) = delete;
  Destination& operator=(const Destination&) = delete;

  void keep() { keep_ = true; }

 private:
  fs::path run_;
  bool made_, keep_ = false;
  std::optional<FolderLock> lock_;
};

class Import {
 public:
  Import(const std::string& path, const ImportOptions& options)
      : options_(options), past_(past_in(options.run, options.trace)) {
    auto trace = options.trace;
    trace.left_out = [this](const std::string& what) {
      ++state_.left_out;
      if (options_.trace.left_out) {
        options_.trace.left_out(what);
      }
    };
    if (past_) {
      trace.known = past_->facts;
      trace.known.finished = false;
    }
    trace_ = open_trace(path, trace);
    destination_ = std::make_unique<Destination>(options.run);
  }

  ImportState run() {
    for (auto turn = trace_->next(); turn.found != Trace::Found::kEnd;
         turn = trace_->next()) {
      if (turn.found == Trace::Found::kStep) {
        store(std::move(turn.step));
      }
      commit_now_and_then(turn.found == Trace::Found::kPause);
      tell();
    }
    finish();
    return state_;
  }

 private:
  void store(TraceStep step) {
    if (!writer_) {
      begin(step.record.step);
    }
    step.record.step += shift_;
    const auto number = step.record.step;
    if (number <= last_) {
      ++state_.known;
      return;
    }
    put_facts();
    for (const auto& event : step.events) {
      writer_->add_event(number, "declared", event);
    }
    if (options_.seen) {
      options_.seen(facts(), step);
    }
    writer_->add(std::move(step.record));
    last_ = number;
    ++state_.steps;
    waiting_ = true;
  }

  // A file is read again from its beginning: its last step may not have been
  // whole. Of a pipe, only what is new arrives.
  void begin(int64_t first_step) {
    shift_ = first_step == 0 ? 1 : 0;
    if (past_) {
      shift_ = past_->facts.step_shift.value_or(0);
      const bool again =
          trace_->is_file() && first_step + shift_ <= past_->last_step;
      last_ = std::max<int64_t>(0, past_->last_step - (again ? 1 : 0));
    }
    destination_->keep();
    const auto db = (options_.run / "run.db").string();
    recover_if_there(db);
    writer_ = std::make_unique<RunWriter>(db, last_);
    writer_->add_event(
        last_,
        past_ ? "resumed" : "imported",
        "a trace, format " + options_.trace.format);
  }

  static void recover_if_there(const std::string& db) {
    if (fs::exists(db)) {
      recover_store(db);
    }
  }

  void put_facts() {
    const auto& known = trace_->facts();
    const auto seen = std::ranges::count_if(
        known.layers, [](const auto& layer) { return layer.experts > 0; });
    const auto size = seen + std::ssize(known.domains);
    if (size != told_) {
      told_ = size;
      writer_->put_facts(facts());
    }
  }

  [[nodiscard]] RunFacts facts() const {
    auto facts = trace_->facts();
    facts.origin = options_.trace.format;
    facts.step_shift = shift_;
    facts.steps.reset();
    return facts;
  }

  void commit_now_and_then(bool pause) {
    const auto now = Clock::now();
    if (writer_ && waiting_ && (pause || now - committed_ > kBlock)) {
      writer_->flush();
      committed_ = now;
      waiting_ = false;
    }
  }

  void tell() {
    state_.lines = trace_->lines();
    if (options_.progress) {
      options_.progress(state_);
    }
  }

  void finish() {
    tell();
    const auto& stop = options_.trace.stop;
    const bool stopped = stop && stop();
    if (!writer_ && stopped) {
      return;
    }
    if (!writer_) {
      fail_data("the trace holds no step that can be used");
    }
    auto known = facts();
    known.steps = last_;
    known.finished = !stopped;
    writer_->put_facts(known);
    writer_->flush();
    writer_.reset();
  }

  const ImportOptions& options_;
  std::optional<Past> past_;
  ImportState state_;
  std::unique_ptr<Trace> trace_;
  std::unique_ptr<Destination> destination_;
  std::unique_ptr<RunWriter> writer_;
  int64_t shift_ = 0, last_ = 0;
  int64_t told_ = -1;  // layers and kinds of text among the stored facts
  bool waiting_ = false;
  Clock::time_point committed_ = Clock::now();
};

fs::path temporary_folder() {
  for (const char* place : {"/tmp", "/var/tmp", "/dev/shm"}) {
    auto name = std::string(place) + "/moestro-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) {
      return name;
    }
  }
  fail_storage("no temporary folder can be written: need space in /tmp");
}

}  // namespace

ImportState import_trace(
    const std::string& path, const ImportOptions& options) {
  return Import(path, options).run();
}

TraceRun::TraceRun(const std::string& path, TraceOptions options) {
  if (options.format.empty()) {
    options.format = recognised_format(path);
  }
  if (options.format.empty()) {
    fail_data(
        path + " is no trace that can be recognised: " +
            "lines of JSON with counts or top_indices, or safetensors",
        path);
  }
  folder_ = temporary_folder();
  try {
    state_ = import_trace(path, {.trace = std::move(options), .run = folder_});
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

TraceRun::~TraceRun() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool is_trace(const fs::path& target) {
  std::error_code error;
  return fs::is_regular_file(target, error);
}

}  // namespace moestro
