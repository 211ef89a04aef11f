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
  int64_t step = 0;  // the last of the window
  int64_t tokens = 0;
  double max_vio = 0, min_load = 0, phi = 1;
  double token_entropy = 0, marginal_entropy = 0, lse_rms = 0, max_logit = 0;
  double drop_share = 0;
};

// The first and the last window in full, what lies between in short.
struct LayerHistory {
  int64_t top_k = 1;
  std::vector<double> first_load, last_load;
  std::vector<int64_t> last_demand;
  int64_t last_tokens = 0;
  std::vector<Brief> briefs;
  // The demand of the last windows was the same in each step's mean.
  std::vector<std::vector<double>> recent_loads;  // up to 4, newest last
};

struct Case {
  RunFacts facts;
  bool from_scratch = false;
  int64_t window = 50, last_step = 0;
  std::vector<AlarmEntry> alarms;
  std::map<LayerKey, LayerHistory> layers;
  std::map<std::string, std::vector<std::pair<int64_t, double>>> series;

  // The first of that rule, also closed; of `layer` where one is asked for.
  [[nodiscard]] const AlarmEntry* first(
      std::string_view id, std::optional<int32_t> layer = {}) const;
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
