// SPDX-License-Identifier: Apache-2.0
// Early signs, expert by expert and counted in windows: traffic that leaps or
// falls beyond what as much text of the same kind does, pairs that are refused
// again and again, an expert that is always over- or under-used.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/window.h"

MOESTRO_API_BEGIN
namespace moestro {

struct ExpertTraffic {
  double count = 0;    // pairs of the last window
  int64_t leaps = 0;   // twice the window before and more
  int64_t falls = 0;   // half of it and less
  int64_t over = 0;    // more than 1.5 times the fair share
  int64_t under = 0;   // less than half of it
  int64_t denied = 0;  // more than 5 % of its pairs refused
};

struct Traffic {
  int64_t windows = 0;
  std::vector<ExpertTraffic> experts{};

  void add(const LayerWindow&);
};

// "expert 3 over 1.5 times its share in 40 of 60 windows", ...; nothing where
// no expert stands out.
[[nodiscard]] std::vector<std::string> early_signs(const Traffic&);

}  // namespace moestro
MOESTRO_API_END
