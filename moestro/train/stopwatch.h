// SPDX-License-Identifier: Apache-2.0
// Where the time of a run goes, by phase.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class Stopwatch {
 public:
  // The time since the last mark belongs to this phase.
  void mark(std::string_view phase) {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed = now - last_;
    last_ = now;
    for (auto& [name, seconds] : phases_) {
      if (name == phase) {
        seconds += passed.count();
        return;
      }
    }
    phases_.emplace_back(phase, passed.count());
  }

  // Seconds by phase since the last call.
  [[nodiscard]] std::vector<std::pair<std::string, double>> take() {
    return std::exchange(phases_, {});
  }

 private:
  std::chrono::steady_clock::time_point last_ =
      std::chrono::steady_clock::now();
  std::vector<std::pair<std::string, double>> phases_;
};

}  // namespace moestro
MOESTRO_API_END
