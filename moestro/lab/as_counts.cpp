// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/as_counts.h"

#include <map>

#include "moestro/base/durable.h"
#include "moestro/base/json.h"
#include "moestro/record/import.h"

namespace moestro {
namespace {

std::map<int64_t, double> by_step(const RunReader& run, std::string_view name) {
  std::map<int64_t, double> values;
  for (const auto& [step, value] : run.scalar(name)) {
    values[step] = value;
  }
  return values;
}

Json line_of(int64_t step, const LayerRecord& record) {
  const auto& counts = record.counts;
  return JsonObject{
      {"step", step},
      {"layer", int64_t{record.layer}},
      {"counts", counts.demand},
      {"k", total(counts.demand) / counts.tokens},
      {"tokens", counts.tokens}};
}

// Where every token asks for equally many experts: other counts have no k.
bool has_k(const Counts& counts) {
  return counts.tokens > 0 && total(counts.demand) % counts.tokens == 0;
}

// Lines by step, as a reader of traces wants them.
std::map<int64_t, std::vector<Json>> lines_of(const RunReader& run) {
  const auto loss = by_step(run, "loss/lm");
  std::map<int64_t, std::vector<Json>> lines;
  for (const auto layer : run.layers()) {
    for (const auto& [step, record] :
         run.layer_steps(layer, 1, run.last_step())) {
      if (has_k(record.counts)) {
        auto line = line_of(step, record);
        if (const auto found = loss.find(step); found != loss.end()) {
          line.set("loss", found->second);
        }
        lines[step].push_back(std::move(line));
      }
    }
  }
  return lines;
}

}  // namespace

Examination examine_as_counts(
    const RunReader& run, const RunFolder& folder, const Registry& registry) {
  const auto path = folder.path / "counts.jsonl";
  std::string text;
  for (const auto& [step, lines] : lines_of(run)) {
    for (const auto& line : lines) {
      text += dump(line) + "\n";
    }
  }
  write_durably(path, text);
  const TraceRun trace(path.string(), {.format = "counts"});
  return examine(RunReader((trace.folder() / "run.db").string()), registry);
}

}  // namespace moestro
