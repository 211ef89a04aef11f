// SPDX-License-Identifier: Apache-2.0
// One line of a trace, checked by itself, and how lines become steps. E experts
// of the row's layer, S sequences. Private to record/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/error.h"
#include "moestro/record/facts.h"
#include "moestro/record/step.h"
#include "moestro/record/trace.h"

MOESTRO_API_BEGIN
namespace moestro {

// What a rank says of a layer of a step. Without counts: of the step alone.
struct TraceRow {
  int64_t step = 0;
  int64_t rank = 0;
  int32_t layer = 0;
  std::string routing{};  // "" where the layer has one
  int64_t top_k = 0, tokens = 0;
  std::vector<int64_t> counts{};           // [E]
  std::vector<int64_t> sequence_demand{};  // [S, E]
  std::vector<int32_t> device_E{};         // where each lives; empty: not said
  std::vector<std::pair<std::string, std::vector<int64_t>>> domains{};  // [E]
  std::vector<std::pair<std::string, double>> router{};  // means over tokens
  std::optional<double> loss{}, lr{}, seconds{};
  std::string event{};
  std::vector<std::string> strange{};  // keys that nobody reads
};

// A trace that is newer than this program: not one bad line, but all of it.
class NewerTrace : public DataError {
 public:
  using DataError::DataError;
};

// Nothing for a line that says nothing of a step. DataError says what is wrong
// and names the field.
[[nodiscard]] std::optional<TraceRow> counts_row(std::string_view line);
// `experts` = 0: as many as the greatest index asks for.
[[nodiscard]] TraceRow megatron_row(std::string_view line, int64_t experts);

// Collects rows into steps. A few steps are open at once, so that ranks may be
// a little apart and one absurd step number does not end everything.
class StepAssembler {
 public:
  // `repeats`: rows of one layer, step and rank are micro-batches to be added,
  // and no mistake.
  StepAssembler(RunFacts known, bool repeats)
      : facts_(std::move(known)), repeats_(repeats) {}

  // DataError: the row does not fit those before it; nothing has changed.
  void add(const TraceRow&);
  // The oldest step, once enough later ones have begun.
  [[nodiscard]] std::optional<TraceStep> finished();
  // The oldest, done or not; nothing when none is open.
  [[nodiscard]] std::optional<TraceStep> oldest();
  // As many rows as the step before it: nothing more is to be expected.
  [[nodiscard]] bool looks_whole() const;

  [[nodiscard]] const RunFacts& facts() const { return facts_; }

 private:
  struct RouterSum {
    double value = 0, tokens = 0;
  };
  struct Layer {
    LayerRecord record{};
    std::vector<int64_t> ranks{};
    std::map<int64_t, Counts> by_rank{};  // as long as they are few
    std::map<std::string, RouterSum> router{};
    bool all_sequences = true;
    SequenceRows sequences{};
  };
  struct Step {
    int64_t rows = 0;
    std::map<std::pair<int32_t, std::string>, Layer> layers;
    std::map<int64_t, double> loss, lr, seconds;  // by rank
    std::vector<std::string> events;
  };

  void check(const TraceRow&) const;
  void check_layer(const TraceRow&) const;
  void check_room(const TraceRow&) const;
  void know(const TraceRow&);
  [[nodiscard]] size_t domain(const std::string& name);
  void add_layer(Layer&, const TraceRow&);
  static void add_router(Layer&, const TraceRow&);
  void add_domains(LayerRecord&, const TraceRow&);
  void finish(Layer&);

  RunFacts facts_;
  bool repeats_;
  std::map<int64_t, Step> open_;
  int64_t done_ = -1;                 // last step given out
  int64_t rows_before_ = 0;           // of it
  std::map<int32_t, double> credit_;  // for traces of sequences
};

}  // namespace moestro
MOESTRO_API_END
