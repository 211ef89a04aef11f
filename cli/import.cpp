// SPDX-License-Identifier: Apache-2.0
// moestro import FILE --run DIR
#include "moestro/record/import.h"

#include <chrono>
#include <cstdio>
#include <memory>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/signals.h"
#include "cli/trace_talk.h"
#include "cli/verbs.h"
#include "moestro/base/text.h"
#include "moestro/diagnose/replay.h"
#include "moestro/serve/doctor_text.h"

namespace moestro {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string summary(const ImportState& state, double seconds) {
  const auto rate = static_cast<double>(state.lines) / std::max(seconds, 1e-3);
  return with_commas(state.steps) + " steps of " + with_commas(state.lines) +
         " lines, " + with_commas(static_cast<int64_t>(rate)) + " lines/s";
}

// One line that is drawn over, where a person looks.
class Progress {
 public:
  void operator()(const ImportState& state) {
    const auto now = Clock::now();
    if (!shown_ || now - drawn_ < std::chrono::milliseconds(200)) {
      return;
    }
    drawn_ = now;
    std::fprintf(
        stderr, "\r\033[K  %s", summary(state, seconds_since(start_)).c_str());
  }

  // A line of its own, above the one that is drawn over.
  void say(const std::string& line) const {
    std::fprintf(stderr, "%s  %s\n", shown_ ? "\r\033[K" : "", line.c_str());
  }

  void finish(const ImportState& state) const {
    std::fprintf(
        stderr,
        "%s  %s%s\n",
        shown_ ? "\r\033[K" : "",
        summary(state, seconds_since(start_)).c_str(),
        state.known > 0
            ? (", " + with_commas(state.known) + " were there").c_str()
            : "");
  }

 private:
  bool shown_ = can_redraw(stderr);
  Clock::time_point start_ = Clock::now(), drawn_ = start_;
};

// The rules, looking on while a trace grows.
class Lookout {
 public:
  Lookout(const Registry& registry, const std::string& run)
      : registry_(registry), store_(run + "/run.db") {}

  void operator()(
      const RunFacts& facts, const TraceStep& step, const Progress& progress) {
    if (!watch_) {
      begin(facts, step.record.step - 1);
    }
    if (!step.events.empty()) {
      watch_->rearm();
    }
    watch_->step(step.record);
    for (const auto& alarm : watch_->take_news()) {
      progress.say(alarm_line(alarm, style_));
    }
  }

 private:
  // What the run has already is known, and was told.
  void begin(const RunFacts& facts, int64_t last) {
    watch_ =
        std::make_unique<Watch>(registry_, watch_options(facts, pool_), facts);
    replay(RunReader(store_), last, *watch_);
    (void)watch_->take_news();
  }

  const Registry& registry_;
  std::string store_;
  StringPool pool_;
  std::unique_ptr<Watch> watch_;
  Style style_ = wants_colour(stderr) ? Style::kColour : Style::kPlain;
};

struct Request {
  std::string file, run;
  TraceWords words;
  bool follow = false;
};

bool read_request(Arguments arguments, Request& request) {
  Command command(
      "import", "Makes a run of what another program recorded of its routing.");
  command.needs("FILE", request.file, "the trace; - is standard input");
  command.option("--run", request.run, "folder of the run, new or empty");
  request.words.declare(command);
  command.flag(
      "--follow",
      request.follow,
      "wait for more at its end, until a signal, and say alarms; goes on "
      "with a --run");
  command.example(
      "example: moestro import counts.jsonl --format counts --run runs/theirs");
  return command.parse(arguments);
}

ImportOptions options_of(const Request& request) {
  if (request.run.empty()) {
    fail_usage("where to? --run DIR");
  }
  ImportOptions options{.trace = request.words.options(), .run = request.run};
  options.trace.follow = request.follow;
  options.trace.stop = [] { return caught() != 0; };
  if (options.trace.format.empty() && is_trace(request.file)) {
    options.trace.format = recognised_format(request.file);
  }
  if (options.trace.format.empty()) {
    fail_usage("of which format? --format " + join(trace_formats(), "|"));
  }
  return options;
}

}  // namespace

int import_verb(Arguments arguments, const Registry& registry) {
  Request request;
  if (!read_request(arguments, request)) {
    return code(Exit::kFine);
  }
  auto options = options_of(request);
  Progress progress;
  TraceTalk talk(request.file == "-" ? "standard input" : request.file);
  talk.listen(options.trace);
  options.progress = [&](const ImportState& state) { progress(state); };
  Lookout lookout(registry, request.run);
  if (request.follow) {
    options.seen = [&](const RunFacts& facts, const TraceStep& step) {
      lookout(facts, step, progress);
    };
  }
  catch_signals();
  const auto state = import_trace(request.file, options);
  progress.finish(state);
  talk.finish();
  if (caught() != 0) {
    return code_of_signal(caught());
  }
  return code(state.left_out > 0 ? Exit::kData : Exit::kFine);
}

}  // namespace moestro
