// SPDX-License-Identifier: Apache-2.0
// A watch over simulated steps, for the tests of rules and verdicts.
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "moestro/diagnose/core_registry.h"
#include "moestro/diagnose/null_stream.h"
#include "moestro/diagnose/watch.h"

namespace moestro {

// Every token's scores have this entropy, and so does their mean: shares of
// ln 64.
inline void put_entropies(StepRecord& record, double token, double marginal) {
  auto& layer = record.layers[0];
  const auto tokens = static_cast<double>(layer.counts.tokens);
  layer.entropy = token * std::log(64) * tokens;
  layer.prob.assign(64, 1.0);
  layer.prob[0] = 1;
  layer.extras = {{"marginal-entropy", marginal}};
}

struct Watched {
  Registry registry = core_registry();
  RunFacts facts;
  std::vector<NullLayer> layers;
  std::unique_ptr<Watch> watch;
  int64_t step = 0;

  explicit Watched(const NullStream& stream, bool ours = false) {
    for (int32_t l = 0; l < stream.layers; ++l) {
      layers.emplace_back(stream, l);
      facts.layers.push_back(
          {.kind = "routed", .experts = stream.experts, .top_k = stream.top_k});
    }
    if (ours) {
      facts.recipe = "topk";
      facts.steps = 3000;
    }
    watch = std::make_unique<Watch>(registry, WatchOptions{}, facts);
  }

  // Steps as they come, each changed by `edit` before the watch sees it.
  void run(int64_t steps, const std::function<void(StepRecord&)>& edit = {}) {
    for (int64_t i = 0; i < steps; ++i) {
      StepRecord record{.step = ++step};
      for (auto& layer : layers) {
        record.layers.push_back(layer.next());
      }
      if (edit) {
        edit(record);
      }
      watch->step(record);
    }
  }

  [[nodiscard]] const AlarmEntry* first(const std::string& id) const {
    for (const auto& alarm : watch->alarms()) {
      if (alarm.id == id) {
        return &alarm;
      }
    }
    return nullptr;
  }
  [[nodiscard]] std::string all() const {
    std::string text;
    for (const auto& alarm : watch->alarms()) {
      text += alarm.id + " at " + std::to_string(alarm.step) + ": " +
              alarm.message + "\n";
    }
    return text;
  }
};

}  // namespace moestro
