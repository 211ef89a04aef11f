// SPDX-License-Identifier: Apache-2.0
// What a training run shows while it runs: a block that a terminal redraws in
// place, and one line for logs. Pure functions; the program does the drawing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "moestro/diagnose/row.h"
#include "moestro/serve/ink.h"

MOESTRO_API_BEGIN
namespace moestro {

struct LiveLayer {
  int32_t layer = 0;
  std::vector<double> loads;  // [E] in units of the mean
  std::vector<Row> rows;      // headlines of the step, the same in every layer
};

struct LiveState {
  std::string name;  // recipe or run
  int64_t step = 0, steps = 0;
  double bits_per_byte = 0;                   // of the training text
  std::optional<double> valid_bits_per_byte;  // of the last evaluation
  std::optional<double> baseline_bits_per_byte;
  double lr = 0;
  double tokens_per_second = 0;
  double seconds_left = 0;
  std::vector<LiveLayer> layers;
};

struct LiveView {
  Style style = Style::kColour;
  size_t width = 80;
};

// Lines with "\n" at their ends; as many for every step of a run.
[[nodiscard]] std::string live_block(const LiveState&, const LiveView&);

// Without a line end.
[[nodiscard]] std::string live_line(const LiveState&);

}  // namespace moestro
MOESTRO_API_END
