// SPDX-License-Identifier: Apache-2.0
// How often the rules cry wolf on runs that are healthy by construction, and
// how late they are when something is wrong.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/diagnose/block_run.h"
#include "moestro/diagnose/null_stream.h"
#include "moestro/diagnose/watch_options.h"

MOESTRO_API_BEGIN
namespace moestro {

struct NullCell {
  NullStream stream;
  int64_t steps = 0;  // of every layer

  [[nodiscard]] double stream_steps() const {
    return static_cast<double>(steps * stream.layers);
  }
};

// False alarms, by rule.
struct Tally {
  std::map<std::string, int64_t> warnings, pages;

  void add(const Tally& other);
};

struct CellResult {
  NullCell cell;
  std::vector<Tally> seen;  // by each of the watches
  // Share of the stream-steps in which a chi-square test at 1 % rejects
  // balance, as if tokens were independent: all of them wrongly.
  double naive = 0;
};

// One cell of every combination of phi 1, 2, 9, 31, topics 0, 0.5, 0.9, and of
// shapes from 8 experts to 256, popularity wandering by 5 %.
[[nodiscard]] std::vector<NullCell> null_cells(int64_t steps, uint64_t seed);

// A watch with each of the options looks at the same steps.
[[nodiscard]] CellResult calibrate(
    const NullCell&, const Registry&, std::span<const WatchOptions>);

// The same of a recorded run that goes on for ever.
[[nodiscard]] Tally calibrate(
    BlockRun, int64_t steps, const Registry&, const WatchOptions&);

// Steps from the moment an expert draws `factor` times its share, all at once,
// to the first alarm of any rule that names its layer; -1 when none came
// within 2000. After 1000 healthy steps.
[[nodiscard]] int64_t delay(
    const NullStream&, double factor, const Registry&, const WatchOptions&);

}  // namespace moestro
MOESTRO_API_END
