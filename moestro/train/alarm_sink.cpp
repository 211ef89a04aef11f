// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/alarm_sink.h"

#include "moestro/diagnose/replay.h"

namespace moestro {
namespace {

bool is_fatal(Level level, std::string_view fail_on) {
  return (fail_on == "warn" && level >= Level::kWarn) ||
         (fail_on == "page" && level == Level::kPage);
}

}  // namespace

void AlarmSink::begin(const RunFacts& facts, int64_t step) {
  options_ = watch_options(facts, pool_);
  watch_ = std::make_unique<Watch>(registry_, options_, facts);
  record_ = {.facts = facts, .from_scratch = true, .window = watch_->window()};
  watch_->on_window([this](const RunWindow& window) {
    CaseBook(record_).add(window);
    window_ = window;
  });
  if (step > 0) {
    replay(RunReader(store_), step, *watch_);
    (void)watch_->take_news();
  }
}

void AlarmSink::step(const StepView& view) {
  watch_->step(view.record);
  for (const auto& alarm : watch_->take_news()) {
    tell(alarm);
  }
}

void AlarmSink::event(int64_t, std::string_view kind, std::string_view) {
  if (kind == kDeclared) {
    watch_->rearm();
  }
}

const Case& AlarmSink::record() {
  record_.alarms = watch_->alarms();
  return record_;
}

void AlarmSink::tell(const AlarmEntry& alarm) {
  fatal_ = fatal_ || is_fatal(alarm.level, options_.fail_on);
  const auto text =
      alarm.id + " " + std::string(name_of(alarm.level)) + ": " + alarm.message;
  for (auto* sink : audience_) {
    sink->event(alarm.step, "alarm", text);
    sink->say("step " + std::to_string(alarm.step) + "  " + text);
  }
}

}  // namespace moestro
