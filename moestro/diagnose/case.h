// SPDX-License-Identifier: Apache-2.0
// What the doctor has before it: the alarms of a run, what is known of it, and
// its windows in short.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/traffic.h"
#include "moestro/diagnose/window.h"
#include "moestro/record/facts.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

// One window of a layer, O(1) numbers; NaN where it was not recorded.
struct Brief {
  int64_t step = 0;  // its last
  double max_vio = 0;
  double token_entropy = 0;
  // Longest row of the router over the median one.
  double row_excess = std::numeric_limits<double>::quiet_NaN();
  double phi = 1;
  double flips = 0;  // R13
  // Between training and evaluation.
  double mode_flips = std::numeric_limits<double>::quiet_NaN();
  double similarity = 0;  // E4
  double margin = 0;      // R4
  double bias_drift = 0, bias_largest = 0;
  // Between ranks, and which of them is furthest from the others.
  double rank_dispersion = 0, furthest_rank = 0;
};

// One window of the run.
struct RunBrief {
  int64_t step = 0;  // its last
  double loss = 0, lr = 0;
  double commonest = 0;  // share of the most frequent token
};

// A learning rate that leapt up from one window to the next.
struct RateJump {
  double before = 0, after = 0;
  [[nodiscard]] std::string text() const;
};

// An entry of the journal.
struct JournalEntry {
  int64_t step = 0;
  std::string kind{}, text{};
};

// The last windows in full, all of them in short.
struct LayerHistory {
  std::vector<Brief> briefs;
  std::vector<std::vector<double>> recent_loads;  // up to 4, newest last
  // [E] of the newest evaluation, as if its text had the last window's mix of
  // domains; empty where none was recorded.
  std::vector<double> evaluated{};
  double evaluated_tokens = 0;
  Traffic traffic{};

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
  std::vector<RunBrief> run;
  std::vector<JournalEntry> journal;
  std::vector<double> mix;  // of facts.domains in the last window

  // The first of that rule, also closed.
  [[nodiscard]] const AlarmEntry* first(std::string_view id) const;
  // The first warning or page of that rule.
  [[nodiscard]] const AlarmEntry* first_serious(std::string_view id) const;
  [[nodiscard]] std::vector<const AlarmEntry*> all(std::string_view id) const;
  // The first of each of these rules, where that came before a step.
  [[nodiscard]] std::vector<const AlarmEntry*> before(
      int64_t step, std::initializer_list<std::string_view> ids) const;
  // Warnings and pages, any rule.
  [[nodiscard]] std::vector<const AlarmEntry*> serious() const;
  // Steps within which what follows a cause shows.
  [[nodiscard]] int64_t soon() const { return 4 * window; }
  // How the learning rate jumped up soon before a step, after the warm-up.
  [[nodiscard]] std::optional<RateJump> rate_jump(int64_t step) const;
  // How the mean loss of a window soon after a step is above that of the last
  // window before, where it is by a twentieth.
  [[nodiscard]] std::optional<std::string> loss_rise(int64_t step) const;
  // The same, where the learning rate jumped up soon before.
  [[nodiscard]] std::optional<std::string> rise_with_rate(int64_t step) const {
    return rate_jump(step) ? loss_rise(step) : std::nullopt;
  }
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

// A bias that does not move although its layer stays uneven and a controller
// is there to move it, for a hundred steps at least.
struct IdleController {
  LayerKey layer;
  int64_t since = 0;   // step
  double drift = 0;    // of the bias in a step
  double max_vio = 0;  // now
  std::string name{};  // of the controller
};
[[nodiscard]] std::optional<IdleController> idle_controller(const Case&);

// Journal and evaluations of a recorded run, once its windows are there.
void add_record(Case&, const RunReader&);

// Layers of some alarms, ascending, each once; experts likewise.
[[nodiscard]] std::vector<int32_t> layers_of(
    const std::vector<const AlarmEntry*>&);
[[nodiscard]] std::vector<int32_t> experts_of(
    const std::vector<const AlarmEntry*>&);

}  // namespace moestro
MOESTRO_API_END
