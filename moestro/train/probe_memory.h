// SPDX-License-Identifier: Apache-2.0
// What probes compare with: what they saw before. Part of a checkpoint, so that
// a resumed run measures what an uninterrupted one does.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "moestro/ops/tensor_file.h"

MOESTRO_API_BEGIN
namespace moestro {

// Of one routing of one layer; lists are plain numbers, [T] or rows of them.
struct RoutingMemory {
  std::vector<double> chosen;     // [T, E] packed; of the probe before
  std::vector<double> half;       // the same at half as many probes
  std::vector<double> first_T;    // first choices, -1 = none
  std::vector<double> changed_T;  // step at which they last changed
  std::vector<double> bias_E;
};

struct ProbeMemory {
  using Place = std::pair<int32_t, std::string>;
  double step = 0, probes = 0;  // of the last one, and their number
  std::map<Place, RoutingMemory> routings;

  void numbers(const NumberVisitor&);
};

// A table of booleans [T, E] as whole numbers, 32 cells each, row by row.
[[nodiscard]] std::vector<double> packed(const Tensor& bits_TE);
[[nodiscard]] Tensor unpacked(
    const std::vector<double>&, int64_t tokens, int64_t experts);

}  // namespace moestro
MOESTRO_API_END
