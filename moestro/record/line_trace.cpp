// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/line_trace.h"

#include <algorithm>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/screen.h"

namespace moestro {
namespace {

using Clock = std::chrono::steady_clock;
// A step that looks incomplete waits so long for the rest of its rows.
constexpr auto kPatience = std::chrono::seconds(5);

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

LineTrace::LineTrace(
    const std::string& path, const TraceOptions& options, Options lines)
    : options_(options),
      lines_(std::move(lines)),
      reader_(path, {.follow = options.follow, .stop = options.stop}),
      assembler_(options.known, lines_.repeats),
      heard_(Clock::now()) {}

Trace::Turn LineTrace::next() {
  while (!ended_) {
    if (auto step = assembler_.finished()) {
      return {Found::kStep, *std::move(step)};
    }
    switch (reader_.next()) {
      case LineReader::Found::kLine:
        take_line();
        break;
      case LineReader::Found::kTooLong:
        leave_out("it is longer than 16 MiB");
        break;
      case LineReader::Found::kPause:
        return paused();
      case LineReader::Found::kEnd:
        ended_ = true;
    }
  }
  if (auto step = assembler_.oldest()) {
    return {Found::kStep, *std::move(step)};
  }
  return {Found::kEnd};
}

Trace::Turn LineTrace::paused() {
  const bool enough =
      assembler_.looks_whole() || Clock::now() - heard_ > kPatience;
  if (options_.follow && enough) {
    if (auto step = assembler_.oldest()) {
      return {Found::kStep, *std::move(step)};
    }
  }
  return {Found::kPause};
}

void LineTrace::take_line() {
  heard_ = Clock::now();
  if (is_blank(reader_.line())) {
    return;
  }
  try {
    if (const auto row = lines_.parse(reader_.line())) {
      assembler_.add(*row);
      tell_strange(*row);
    }
  } catch (const NewerTrace&) {
    throw;
  } catch (const DataError& error) {
    leave_out(
        reader_.is_whole()
            ? error.what()
            : "the input ends within it, " + std::string(error.what()));
  }
}

void LineTrace::tell_strange(const TraceRow& row) {
  constexpr size_t kMostTold = 5;
  for (const auto& key : row.strange) {
    const bool told = std::ranges::find(strange_, key) != strange_.end();
    if (!told && strange_.size() < kMostTold && options_.note) {
      strange_.push_back(key);
      options_.note("key '" + shortened(key, 80) + "' is not read");
    }
  }
}

void LineTrace::leave_out(const std::string& why) {
  if (options_.left_out) {
    options_.left_out("line " + std::to_string(reader_.number()) + ": " + why);
  }
}

}  // namespace moestro
