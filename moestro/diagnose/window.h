// SPDX-License-Identifier: Apache-2.0
// Steps added up: what the rules of the watch look at. A window is a fixed
// number of recorded steps; skipped ones don't count.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/alarm_entry.h"
#include "moestro/record/facts.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro {

using LayerKey = std::pair<int32_t, std::string>;  // block, routing

// What does not change from window to window.
struct WatchSite {
  const RunFacts& facts;
  // The run learns from its first step on, so that a balanced start can be
  // expected; of a trace nobody knows what came before.
  bool from_scratch = false;
  int64_t layers = 1, streams = 1;  // routings, experts of all of them
  std::vector<AlarmEntry> open{};   // when a window ends

  [[nodiscard]] int64_t top_k(const LayerRecord&) const;
};

// One layer's routing over a window.
struct LayerWindow {
  int32_t layer = 0;
  std::string routing{};
  int64_t top_k = 1;
  int64_t steps = 0;
  Counts counts{};                       // summed
  int64_t sequences = 0;                 // 0 = not told apart
  std::vector<int64_t> domain_demand{};  // [domains * E], or empty
  std::vector<double> load{};            // [E] of demand, in units of the mean
  std::vector<double> share{};  // [E] of mean score, in units of the mean
  // By how much loads summed over the window vary more than those of
  // independent tokens: between sequences, and from step to step.
  double phi = 1;
  // The second alone, and how far one step's stray resembles the next's; NaN
  // where there are too few steps.
  double step_phi = 0, step_correlation = 0;
  double sequence_phi = 0;  // the first alone; NaN without sequences
  // Of the mean per token; NaN where it was not recorded.
  double token_entropy = 0;     // over ln E
  double marginal_entropy = 0;  // over ln E
  double lse_rms = 0, max_logit = 0;
  int64_t nonfinite = 0;
  int64_t largest_kept = 0;             // of any expert in any step
  std::map<std::string, double> means;  // of losses and probes, by name

  [[nodiscard]] LayerKey key() const { return {layer, routing}; }
  [[nodiscard]] size_t experts() const { return load.size(); }
  [[nodiscard]] double tokens() const {
    return static_cast<double>(counts.tokens);
  }
  // NaN where it was not measured.
  [[nodiscard]] double mean(std::string_view name) const;
  // The one that a probe named; -1 where there is none, or where several probes
  // named different ones.
  [[nodiscard]] int32_t expert(std::string_view name) const;
};

struct RunWindow {
  int64_t number = 0;  // since the run began, from 0
  int64_t step = 0;    // its last
  bool warm = true;    // the learning rate has left its warm-up
  std::vector<LayerWindow> layers{};
  std::map<std::string, double> means{};  // of the run's series

  [[nodiscard]] double mean(std::string_view name) const;
};

// Adds up the steps of one layer.
class LayerSums {
 public:
  explicit LayerSums(int64_t top_k) : top_k_(top_k) {}
  void add(const LayerRecord&);
  [[nodiscard]] bool empty() const { return steps_.empty(); }
  // And begins anew.
  [[nodiscard]] LayerWindow take();

 private:
  int64_t top_k_;
  std::vector<LayerRecord> steps_;
};

}  // namespace moestro
MOESTRO_API_END
