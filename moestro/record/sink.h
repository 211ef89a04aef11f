// SPDX-License-Identifier: Apache-2.0
// The run store as one thread sees it: items in, transactions out.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "moestro/record/facts.h"
#include "moestro/record/sqlite.h"
#include "moestro/record/step.h"
#include "moestro/record/tile_set.h"

MOESTRO_API_BEGIN
namespace moestro {

using NamedValues = std::vector<std::pair<std::string, double>>;

struct StepClock {
  int64_t step;
  double wall_seconds, step_seconds;
};
struct PhaseClock {
  int64_t step;
  NamedValues seconds;
};
struct EventItem {
  int64_t step;
  std::string kind, text;
};
struct Evaluation {
  int64_t step;
  NamedValues values;
};
using StoreItem = std::
    variant<StepRecord, StepClock, PhaseClock, EventItem, RunFacts, Evaluation>;

class Sink {
 public:
  Sink(const std::string& path, int64_t last_step);

  void write(const StoreItem&);
  // Makes everything written so far durable.
  void commit();
  // Commits and leaves one plain file without a write-ahead log.
  void close();

 private:
  void begin();
  void put(const StepRecord&);
  void put(const StepClock&);
  void put(const PhaseClock&);
  void put(const EventItem&);
  void put(const RunFacts&);
  void put(const Evaluation&);
  void put_layer(int64_t step, const LayerRecord&);
  void put_values(int64_t step, const std::string& prefix, const NamedValues&);
  void cut(int64_t last_step);

  sqlite::Database db_;
  tiles::TileSet tiles_;
  sqlite::Statement step_, scalar_, step_clock_, phase_clock_, event_, fact_;
  bool open_ = false;  // a transaction
  bool wal_ = false;
};

}  // namespace moestro
MOESTRO_API_END
