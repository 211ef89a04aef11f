// SPDX-License-Identifier: Apache-2.0
// A scenario: a run with faults in it, or a healthy one that looks odd, as data
// over a general vocabulary (docs/scenarios.md). What is expected of the doctor
// stands beside it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/settings.h"

MOESTRO_API_BEGIN
namespace moestro {

// Steps count from 1; something acts before the step is made.
struct When {
  int64_t at = -1;     // once; 0 and 1 are the same: before the first step
  int64_t from = -1;   // every step from here on,
  int64_t until = -1;  // and no more from here on; -1 = to the end

  [[nodiscard]] bool holds(int64_t step) const;
  [[nodiscard]] int64_t first() const { return at >= 0 ? at : from; }
};

// Tensors of the model; of the optimizer where the pattern begins with
// "exp_avg" or "step.".
struct Edit {
  std::string_view name;  // of its table
  When when;
  std::string_view tensors = "*";  // a pattern: * stands for anything
  std::string_view experts = "";   // "0-2,5" along the expert axis; "" = all
  std::string_view act = "scale";
  double value = 1;
  int64_t source = 0;  // expert that `copy` copies
};

struct KnobMove {
  std::string_view name;
  When when;
  std::string_view knob = "temperature";
  std::string_view layers = "", experts = "";
  std::string_view act = "set";
  double value = 1;
};

struct DataFault {
  std::string_view name;
  When when;
  std::string_view act = "mixture";
  std::string_view domain = "";
  double share = 1;    // of the windows, or of each window's bytes
  int64_t length = 1;  // steps of a block, bytes of a period, copies
};

struct InstrumentFault {
  std::string_view name;
  When when;
  std::string_view act = "silent";
  std::string_view layers = "";
  double value = 1;
};

// The configuration from a step on: the run is saved, and goes on with it.
struct ConfigChange {
  std::string_view name;
  When when;
  std::vector<Setting> settings;
};

// Somebody tells the watch that the run was changed on purpose.
struct Declaration {
  std::string_view name;
  When when;
  std::string_view text = "";
};

// What the doctor should say; lists of ids with commas between them.
struct Expected {
  std::string_view alarms = "";    // any of them detects the fault
  std::string_view verdicts = "";  // any of them names it
  std::string_view never = "";     // verdicts that would be wrong
  bool gradual = false;            // its lead over the harm counts
  bool recoverable = false;        // the conductor should cure it
  bool quick = false;              // belongs to the quick suite
  int64_t fault_step = -1;         // -1 = when the first of it acts
};

struct Scenario {
  std::string id, summary;
  bool healthy = false;
  Expected expected;
  std::vector<Setting> config;  // of all its runs
  std::vector<Setting> fault;   // over it, in the faulty ones
  std::vector<Edit> edits;
  std::vector<KnobMove> knobs;
  std::vector<DataFault> data;
  std::vector<InstrumentFault> instruments;
  std::vector<ConfigChange> changes;  // in the order of their steps
  std::vector<Declaration> declarations;
  std::shared_ptr<StringPool> strings;

  [[nodiscard]] int64_t fault_step() const;
  // Something acts besides settings.
  [[nodiscard]] bool injects() const;
};

// ConfigurationError with FILE:LINE:COLUMN for what is no scenario.
[[nodiscard]] Scenario parse_scenario(
    std::string_view text, const std::string& file);

// Those that the program carries, and what all scenarios stand on.
[[nodiscard]] std::vector<Scenario> scenarios();
[[nodiscard]] std::vector<Setting> scenario_base();

// A file, or the id or name of one that the program carries.
[[nodiscard]] Scenario find_scenario(const std::string& what);

// "block.*.up" and the like.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name);

}  // namespace moestro
MOESTRO_API_END
