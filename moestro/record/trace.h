// SPDX-License-Identifier: Apache-2.0
// What other programs recorded of their routing, step by step: the same step
// records that our trainer leaves. Formats: docs/traces.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/facts.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro {

struct TraceStep {
  StepRecord record;  // numbered as in the trace, from 0 or 1
  std::vector<std::string> events{};
};

struct TraceOptions {
  std::string format{};              // one of trace_formats()
  std::optional<int64_t> top_k{};    // hf-router-logits
  std::optional<int64_t> experts{};  // megatron-trace
  bool follow = false;               // wait for more at the end
  std::function<bool()> stop{};      // as if the input ended
  RunFacts known{};                  // of a run that goes on
  // Each part of the input that is left out, and why: "line 7: ...".
  std::function<void(const std::string&)> left_out{};
  std::function<void(const std::string&)> note{};
};

class Trace {
 public:
  enum class Found { kStep, kPause, kEnd };
  struct Turn {
    Found found;
    TraceStep step{};
  };

  virtual ~Trace() = default;
  // Steps ascend. kPause: nothing came for a moment.
  [[nodiscard]] virtual Turn next() = 0;
  // Layers and kinds of text, as far as they are known by now.
  [[nodiscard]] virtual const RunFacts& facts() const = 0;
  [[nodiscard]] virtual int64_t lines() const = 0;  // or tensors
  // Can be read again from its beginning.
  [[nodiscard]] virtual bool is_file() const = 0;
};

// "counts", "megatron-trace", "hf-router-logits".
[[nodiscard]] std::vector<std::string_view> trace_formats();

// Of a regular file, by its content; empty when it is none of them.
[[nodiscard]] std::string recognised_format(const std::string& path);

// "-" is standard input. ConfigurationError: unknown format, missing option.
[[nodiscard]] std::unique_ptr<Trace> open_trace(
    const std::string& path, const TraceOptions&);

[[nodiscard]] std::unique_ptr<Trace> open_counts_trace(
    const std::string& path, const TraceOptions&);
[[nodiscard]] std::unique_ptr<Trace> open_megatron_trace(
    const std::string& path, const TraceOptions&);
[[nodiscard]] std::unique_ptr<Trace> open_router_logits(
    const std::string& path, const TraceOptions&);

}  // namespace moestro
MOESTRO_API_END
