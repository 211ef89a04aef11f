// SPDX-License-Identifier: Apache-2.0
#include "cli/trace_talk.h"

#include <optional>

#include "cli/shell.h"
#include "moestro/base/screen.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

constexpr int64_t kMostSaid = 20;

std::optional<int64_t> number_of(int64_t value, const std::string& flag) {
  constexpr int64_t kMost = int64_t{1} << 20U;
  if (value < 0 || value > kMost) {
    fail_usage(flag + " lies between 1 and 2^20; got " + std::to_string(value));
  }
  return value == 0 ? std::nullopt : std::optional(value);
}

}  // namespace

void TraceWords::declare(Command& command) {
  command.option(
      "--format", format, "counts, megatron-trace or hf-router-logits");
  command.option(
      "--top-k", top_k, "hf-router-logits: experts a token is sent to");
  command.option("--experts", experts, "megatron-trace: experts of a layer");
}

TraceOptions TraceWords::options() const {
  TraceOptions options;
  options.format = format;
  options.top_k = number_of(top_k, "--top-k");
  options.experts = number_of(experts, "--experts");
  return options;
}

void TraceTalk::listen(TraceOptions& options) {
  options.left_out = [this](const std::string& what) { left_out(what); };
  options.note = [this](const std::string& what) {
    print_error(name_ + ": " + what);
  };
}

void TraceTalk::left_out(const std::string& what) {
  if (++count_ <= kMostSaid) {
    print_error(on_a_screen(name_ + ", " + what + "; left out"));
  }
}

void TraceTalk::finish() const {
  if (count_ > kMostSaid) {
    print_error(
        name_ + ": " + with_commas(count_ - kMostSaid) +
        " more were left out, " + with_commas(count_) + " in all");
  }
}

}  // namespace moestro
