// SPDX-License-Identifier: Apache-2.0
// What a run is, beside what it measured: known at its start, completed at its
// end. A metric table holds it: no wall clock, path or host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct LayerFacts {
  std::string kind{};  // "routed", "dense", ...; empty = not known
  // Of layers with experts.
  int64_t experts = 0;
  int64_t top_k = 0;                // configured
  bool fixed_k = true;              // every token asks for exactly top_k
  int64_t expert_parameters = 0;    // of one expert; 0 = not known
  std::vector<int32_t> device_E{};  // where each lives; empty = not known
};

// What a model of the text must beat.
struct BaselineFacts {
  std::optional<double> order2_bits_per_byte;
  std::optional<double> order3_bits_per_byte;
  std::optional<double> zstd_bits_per_byte;
};

struct RunFacts {
  std::optional<std::string> recipe;
  // Of a run made from a trace: its format; what was added to its steps.
  std::optional<std::string> origin;
  std::optional<int64_t> step_shift;
  std::optional<int64_t> steps;  // planned
  std::optional<int64_t> seed, threads;
  std::vector<LayerFacts> layers;  // by number of the block
  std::vector<std::string> domains;
  std::optional<int64_t> parameters;
  std::optional<int64_t> active_parameters;  // with the configured top_k
  std::optional<std::string> config;         // resolved, TOML
  BaselineFacts baselines;                   // of finished runs
  bool finished = false;
};

// Key and text of each fact that is known, as table `fact` keeps them.
using FactTexts = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] FactTexts texts_of(const RunFacts&);
// Of any version; what is no fact that this program knows is left out.
[[nodiscard]] RunFacts facts_of(const FactTexts&, int64_t version);

}  // namespace moestro
MOESTRO_API_END
