// SPDX-License-Identifier: Apache-2.0
// Format "megatron-trace": what Megatron-LM's RouterTracer writes with
// --moe-routing-trace-path, router_trace_rankN.jsonl, a line each time a router
// was called: {"step", "stage", "block", "layer", "rank", "num_tokens", "topk",
// "top_indices": [[topk] ... num_tokens]}, "mtp_idx" for heads that predict
// further tokens. Lines of one step, layer and rank are micro-batches. The
// number of experts is not in it, but for the shape of logits kept beside it.
#include <algorithm>
#include <optional>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/record/line_trace.h"
#include "moestro/record/plausible.h"
#include "moestro/record/trace_fields.h"
#include "moestro/record/trace_row.h"

namespace moestro {
namespace {

namespace fields = trace_fields;

std::string routing_of(const Json& line) {
  const auto block = fields::given(line, "block");
  if (!block || fields::word(*block, "block", 20) == "decoder") {
    return {};
  }
  if (block->as_string() != "mtp") {
    fail_data("block is neither decoder nor mtp");
  }
  return "mtp" +
         std::to_string(fields::whole_or_zero(line, "mtp_idx", {0, 1000}));
}

int64_t experts_of(const Json& line, int64_t experts) {
  const auto shape = fields::given(line, "logit_shape");
  if (experts > 0 || !shape) {
    return experts;
  }
  const auto sizes =
      fields::list(*shape, "logit_shape", plausible::kMostTokens);
  if (sizes.size() != 2 || sizes[1] < 1 || sizes[1] > plausible::kMostExperts) {
    fail_data("logit_shape is not [tokens, experts]");
  }
  return sizes[1];
}

void add_token(
    TraceRow& row,
    std::vector<int64_t> chosen,
    const std::string& name,
    bool open_ended) {
  if (std::ssize(chosen) != row.top_k) {
    fail_data(
        name + " has " + std::to_string(chosen.size()) + " experts, topk is " +
        std::to_string(row.top_k));
  }
  std::ranges::sort(chosen);
  if (std::ranges::adjacent_find(chosen) != chosen.end()) {
    fail_data(name + " names an expert twice");
  }
  const auto needed = static_cast<size_t>(chosen.back()) + 1;
  if (open_ended) {
    row.counts.resize(std::max(row.counts.size(), needed));
  }
  for (const auto e : chosen) {
    ++row.counts[static_cast<size_t>(e)];
  }
}

void read_indices(TraceRow& row, const Json& line, int64_t experts) {
  const auto indices = fields::given(line, "top_indices");
  if (!indices || !indices->is_array() ||
      std::ssize(indices->as_array()) != row.tokens) {
    fail_data("top_indices is no list of num_tokens lists");
  }
  row.counts.resize(static_cast<size_t>(std::max(experts, row.top_k)));
  const auto most = experts > 0 ? experts : plausible::kMostExperts;
  int64_t token = 0;
  for (const auto& chosen : indices->as_array()) {
    const auto name = "top_indices[" + std::to_string(token++) + "]";
    add_token(row, fields::list(chosen, name, most - 1), name, experts == 0);
  }
}

// The greatest index of a line + 1; 0 where it is bad, which is told when it is
// read for good.
int64_t experts_on(std::string_view line) {
  try {
    return std::ssize(megatron_row(line, 0).counts);
  } catch (const DataError&) {
    return 0;
  }
}

int64_t experts_in(const std::string& path, const TraceOptions& options) {
  using Found = LineReader::Found;
  int64_t experts = 0;
  LineReader reader(path, {.stop = options.stop});
  for (auto found = reader.next(); found != Found::kEnd;
       found = reader.next()) {
    if (found == Found::kLine) {
      experts = std::max(experts, experts_on(reader.line()));
    }
  }
  return experts;
}

int64_t experts_for(const std::string& path, const TraceOptions& options) {
  if (options.experts) {
    return *options.experts;
  }
  for (const auto& layer : options.known.layers) {
    if (layer.experts > 0) {
      return layer.experts;
    }
  }
  if (options.follow || path == "-" || !odd_kind(path).empty()) {
    fail_configuration(
        "a Megatron trace does not say how many experts there are: --experts N",
        "--experts");
  }
  const auto experts = experts_in(path, options);
  if (experts > 0 && options.note) {
    options.note(
        "--experts is not given: " + std::to_string(experts) +
        " experts, the greatest number in the trace + 1; later ones that are "
        "never chosen are not seen");
  }
  return experts;
}

}  // namespace

TraceRow megatron_row(std::string_view text, int64_t experts) {
  const auto line = fields::object_of(text);
  TraceRow row;
  row.step = fields::whole_at(line, "step", {0, fields::kLastStep});
  row.rank = fields::whole_or_zero(line, "rank", {0, fields::kMostRanks});
  row.layer = static_cast<int32_t>(
      fields::whole_at(line, "layer", {0, plausible::kMostLayers - 1}));
  row.routing = routing_of(line);
  row.tokens =
      fields::whole_at(line, "num_tokens", {0, plausible::kMostTokens});
  const auto known = experts_of(line, experts);
  row.top_k = fields::whole_at(
      line, "topk", {1, known > 0 ? known : plausible::kMostExperts});
  read_indices(row, line, known);
  return row;
}

std::unique_ptr<Trace> open_megatron_trace(
    const std::string& path, const TraceOptions& options) {
  const auto experts = experts_for(path, options);
  return std::make_unique<LineTrace>(
      path,
      options,
      LineTrace::Options{
          .parse = [experts](std::string_view line) -> std::optional<TraceRow> {
            return megatron_row(line, experts);
          },
          .repeats = true});
}

}  // namespace moestro
