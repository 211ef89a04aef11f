// SPDX-License-Identifier: Apache-2.0
// The report card: what a run came to, in numbers that `report` prints in
// three forms. What was not measured is empty.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/json.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

using Figure = std::optional<double>;

// Means over the last 100 steps of the per-step value, except dead_experts.
struct BalanceFigures {
  Figure max_vio;            // max load / mean load - 1
  Figure max_vio_floor;      // the same under balanced random routing
  Figure dispersion;         // phi-hat: how alike the tokens of a sequence are
  Figure effective_experts;  // exp(entropy of the loads)
  Figure dead_experts;       // loads summed over the steps, below 5 % of mean
  Figure min_load;           // in units of the mean load
  Figure drop_rate;          // dropped / demanded pairs
};

// Nats, from the last evaluation.
struct SpecialisationFigures {
  Figure domain_mutual_information, shuffled, via_byte;
};

struct LayerCard {
  int32_t layer = 0;
  int64_t experts = 0, top_k = 0;
  std::optional<BalanceFigures> balance;  // empty: a dense layer
  SpecialisationFigures specialisation;
  std::vector<double> loads;  // [E] over the last 100 steps, mean = 1
};

struct LossFigures {
  Figure train_lm, valid_lm, valid_bits_per_byte;  // train: last 100 steps
  Figure order2_bits_per_byte, order3_bits_per_byte, zstd_bits_per_byte;
};

struct Card {
  std::string run;
  std::optional<std::string> recipe;
  int64_t steps = 0;  // done
  Figure planned_steps, tokens, parameters, active_parameters;
  bool finished = false;
  LossFigures loss;
  BalanceFigures balance;                // the worst layer for each figure
  SpecialisationFigures specialisation;  // mean over layers >= 1
  Figure tokens_per_second, wall_seconds;
  std::vector<LayerCard> layers;  // layers[i] is layer i
  std::vector<std::string> domains;
};

// Reads RUN_DIR/run.db. DataError when it is no run.
[[nodiscard]] Card read_card(const std::filesystem::path& run_dir);
[[nodiscard]] Card read_card(const RunReader& reader, const std::string& run);

[[nodiscard]] Json to_json(const Card& card);

}  // namespace moestro
MOESTRO_API_END
