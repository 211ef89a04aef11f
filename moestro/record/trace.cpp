// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/trace.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/base/json.h"
#include "moestro/base/text.h"
#include "moestro/record/line_reader.h"

namespace moestro {
namespace {

using Open =
    std::unique_ptr<Trace> (*)(const std::string&, const TraceOptions&);

struct Format {
  std::string_view name;
  Open open;
};
constexpr Format kFormats[] = {
    {"counts", open_counts_trace},
    {"megatron-trace", open_megatron_trace},
    {"hf-router-logits", open_router_logits}};

// A safetensors file begins with the length of its header, and that with '{'.
constexpr size_t kJsonAt = 8;

std::string format_of_line(std::string_view line) {
  try {
    const auto json = parse_json(line, "it");
    if (json.find("top_indices")) {
      return "megatron-trace";
    }
    const bool counts = json.find("counts") || json.find("moestro_trace") ||
                        (json.find("step") && json.find("event"));
    return counts ? "counts" : "";
  } catch (const DataError&) {
    return {};
  }
}

}  // namespace

std::vector<std::string_view> trace_formats() {
  std::vector<std::string_view> names;
  for (const auto& format : kFormats) {
    names.push_back(format.name);
  }
  return names;
}

std::string recognised_format(const std::string& path) {
  constexpr int kLinesLookedAt = 20;
  LineReader reader(path, {});
  for (int i = 0; i < kLinesLookedAt; ++i) {
    const auto found = reader.next();
    if (found == LineReader::Found::kEnd) {
      break;
    }
    const auto line = reader.line();
    if (i == 0 && line.size() > kJsonAt && line[kJsonAt] == '{' &&
        line.front() != '{') {
      return "hf-router-logits";
    }
    if (auto format = format_of_line(line); !format.empty()) {
      return format;
    }
  }
  return {};
}

std::unique_ptr<Trace> open_trace(
    const std::string& path, const TraceOptions& options) {
  const auto* const format =
      std::ranges::find(kFormats, options.format, &Format::name);
  if (format == std::end(kFormats)) {
    fail_configuration(
        "unknown format '" + options.format + "'" +
            did_you_mean(options.format, trace_formats()),
        "--format");
  }
  return format->open(path, options);
}

}  // namespace moestro
