// SPDX-License-Identifier: Apache-2.0
#include "cli/training.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <numbers>

#include "cli/colour.h"
#include "cli/shell.h"
#include "cli/signals.h"
#include "moestro/base/text.h"
#include "moestro/serve/live.h"

namespace moestro {
namespace {

// Nobody reads what the run says any more: as if its terminal had gone.
void notice_closed_stderr() {
  if (std::ferror(stderr) != 0 && (errno == EPIPE || errno == EIO)) {
    note_signal(SIGPIPE);
  }
  std::clearerr(stderr);
}

double value_of(const StepRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.scalars) {
    if (key == name) {
      return value;
    }
  }
  return 0;
}

// Draws the block over the one before it, or prints a line now and then.
class Screen final : public RunSink {
 public:
  Screen(const Config& config, const Registry& registry)
      : recipe_(config.moe.recipe),
        metrics_(headline_metrics(registry)),
        interactive_(can_redraw(stderr)),
        style_(wants_colour(stderr) ? Style::kColour : Style::kPlain) {
    for (const auto& layer : config.layers) {
      top_k_.push_back(layer.moe.top_k);
    }
  }

  void step(const StepView& view) override {
    seconds_ = smooth(seconds_, view.seconds);
    loss_ = smooth(loss_, value_of(view.record, "loss/lm"));
    const auto now = std::chrono::steady_clock::now();
    const bool last = view.record.step == view.num_steps;
    const auto pause = std::chrono::milliseconds(interactive_ ? 200 : 10000);
    if (!last && now - drawn_ < pause && view.record.step != 1) {
      return;
    }
    drawn_ = now;
    const auto state = state_of(view);
    if (interactive_) {
      draw(live_block(state, {.style = style_, .width = 80}));
    } else {
      std::fprintf(stderr, "%s\n", live_line(state).c_str());
    }
    notice_closed_stderr();
  }

  void evaluated(int64_t, const Series& series) override {
    for (const auto& [name, value] : series) {
      if (name == "valid/bits_per_byte") {
        valid_bits_ = value;
      }
    }
  }

  void say(const std::string& line) override {
    std::fprintf(stderr, "%s\n", visible(line).c_str());
    notice_closed_stderr();
    lines_ = 0;
  }

 private:
  // Mean over about the last twenty steps; the first value starts it.
  static double smooth(double mean, double value) {
    return mean == 0 ? value : mean + 0.05 * (value - mean);
  }

  LiveState state_of(const StepView& view) {
    LiveState state{
        .name = recipe_,
        .step = view.record.step,
        .steps = view.num_steps,
        .bits_per_byte = loss_ / std::numbers::ln2,
        .lr = value_of(view.record, "lr"),
        .tokens_per_second = value_of(view.record, "tokens") / seconds_,
        .seconds_left =
            seconds_ * static_cast<double>(view.num_steps - view.record.step)};
    if (valid_bits_ > 0) {
      state.valid_bits_per_byte = valid_bits_;
    }
    for (const auto& layer : view.record.layers) {
      const auto k = top_k_[static_cast<size_t>(layer.layer)];
      state.layers.push_back(
          {.layer = layer.layer,
           .loads = mean_loads({&layer, 1}),
           .rows = judged_rows(metrics_, {&layer, 1}, {k, null_})});
    }
    return state;
  }

  void draw(const std::string& block) {
    if (lines_ > 0) {
      std::fprintf(stderr, "\033[%ldA\033[J", static_cast<long>(lines_));
    }
    std::fputs(block.c_str(), stderr);
    lines_ = std::count(block.begin(), block.end(), '\n');
  }

  std::string recipe_;
  std::vector<MadeMetric> metrics_;
  bool interactive_;
  Style style_;
  std::vector<int64_t> top_k_;
  NullTable null_;
  double seconds_ = 0, loss_ = 0, valid_bits_ = 0;
  int64_t lines_ = 0;
  std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace

Followers::Followers(
    const Config& config,
    const Registry& registry,
    const RunFolder& folder,
    bool accept_missing_metrics)
    : screen_(std::make_unique<Screen>(config, registry)),
      store_(folder.store().string(), accept_missing_metrics),
      flight_(folder.flight(), *screen_),
      alarms_(
          registry,
          folder.store().string(),
          {screen_.get(), &store_, &flight_}) {
  if (config.conductor.mode != "observe") {
    conductor_.emplace(
        registry,
        config,
        folder,
        alarms_,
        std::vector<RunSink*>{screen_.get()});
  }
}

Company Followers::company() {
  std::vector<Hand*> hands;
  if (conductor_) {
    hands.push_back(&*conductor_);
  }
  return {
      .sinks = {screen_.get(), &store_, &flight_, &alarms_},
      .stop = caught,
      .alarmed = [this] { return alarms_.fatal(); },
      .hands = std::move(hands)};
}

int finish_training(const TrainResult& result, const RunFolder& run) {
  if (result.ending == Ending::kFinished) {
    const auto name = visible(run.path.string());
    std::fprintf(
        stderr,
        "finished %ld steps in %s; `moestro report %s` shows the report card\n",
        static_cast<long>(result.step),
        name.c_str(),
        name.c_str());
    return code(Exit::kFine);
  }
  if (result.ending == Ending::kNumeric) {
    print_error(result.message);
    return code(Exit::kNumeric);
  }
  if (result.ending == Ending::kAlarm) {
    const auto name = run.path.string();
    print_error(
        result.message + " (alarms.fail_on); `moestro doctor " + name +
        "` says what it may be, `moestro resume " + name + "` goes on");
    return code(Exit::kPages);
  }
  print_error(
      result.message + "; `moestro resume " + run.path.string() + "` goes on");
  return code_of_signal(result.signal);
}

}  // namespace moestro
