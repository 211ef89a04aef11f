// SPDX-License-Identifier: Apache-2.0
#include "cli/target.h"

#include "cli/shell.h"

namespace moestro {

void Target::declare(Command& command) {
  command.needs("TARGET", name_, "folder of a run, or file of a trace");
  words_.declare(command);
}

void Target::declare_other(Command& command) {
  command.may_have(
      "OTHER", name_, "another run or trace, to compare the first with");
}

void Target::open(const Target& like) {
  words_ = like.words_;
  open();
}

void Target::open() {
  if (!moestro::is_trace(name_)) {
    return;
  }
  auto options = words_.options();
  TraceTalk talk(name_);
  talk.listen(options);
  trace_ = std::make_unique<TraceRun>(name_, std::move(options));
  talk.finish();
}

std::filesystem::path Target::folder() const {
  return trace_ ? trace_->folder() : std::filesystem::path(name_);
}

int Target::code() const {
  const bool bad = trace_ && trace_->state().left_out > 0;
  return moestro::code(bad ? Exit::kData : Exit::kFine);
}

}  // namespace moestro
