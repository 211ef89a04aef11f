// SPDX-License-Identifier: Apache-2.0
// What the doctor has before it: the alarms of a run, what is known of it, and
// its windows in short.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/window.h"
#include "moestro/record/facts.h"

MOESTRO_API_BEGIN
namespace moestro {

// One window of a layer, O(1) numbers.
struct Brief {
  double max_vio = 0;
  double token_entropy = 0;  // NaN where scores were not recorded
};

// The last windows in full, all of them in short.
struct LayerHistory {
  std::vector<Brief> briefs;
  std::vector<std::vector<double>> recent_loads;  // up to 4, newest last

  [[nodiscard]] const std::vector<double>& last_load() const {
    return recent_loads.back();
  }
};

struct Case {
  RunFacts facts;
  bool from_scratch = false;
  int64_t window = 50;  // steps
  std::vector<AlarmEntry> alarms;
  std::map<LayerKey, LayerHistory> layers;
  std::vector<double> losses{};  // of the task, mean of each window

  // The first of that rule, also closed.
  [[nodiscard]] const AlarmEntry* first(std::string_view id) const;
  [[nodiscard]] std::vector<const AlarmEntry*> all(std::string_view id) const;
  // Warnings and pages, any rule.
  [[nodiscard]] std::vector<const AlarmEntry*> serious() const;
  // A number of the run's resolved configuration; nothing where it is unknown.
  [[nodiscard]] std::optional<double> setting(std::string_view key) const;
  // Text of one, lists as "a,b".
  [[nodiscard]] std::optional<std::string> words(std::string_view key) const;
};

// Fills a case while the steps pass by.
class CaseBook {
 public:
  explicit CaseBook(Case& the_case) : case_(the_case) {}
  void add(const RunWindow&);

 private:
  Case& case_;
};

// Layers of some alarms, ascending, each once; experts likewise.
[[nodiscard]] std::vector<int32_t> layers_of(
    const std::vector<const AlarmEntry*>&);
[[nodiscard]] std::vector<int32_t> experts_of(
    const std::vector<const AlarmEntry*>&);

}  // namespace moestro
MOESTRO_API_END
