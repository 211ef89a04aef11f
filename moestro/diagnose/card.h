// SPDX-License-Identifier: Apache-2.0
// The report card: what a run came to, every registered metric of every layer
// judged. `report` prints it in three forms. What was not measured is empty.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/diagnose/row.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

// Nats, from the last evaluation.
struct SpecialisationFigures {
  Figure domain_mutual_information, shuffled, via_byte;
};

struct LayerCard {
  int32_t layer = 0;
  std::string routing;  // "" where the layer has one
  int64_t experts = 0, top_k = 0;
  std::vector<Row> rows;  // one a metric; empty: a dense layer
  SpecialisationFigures specialisation;
  std::vector<double> loads;  // [E] mean over the window, in units of the mean
  std::vector<LayerCard> others;  // the layer's further routings

  [[nodiscard]] bool routes() const { return !rows.empty(); }
};

// A metric in the layer where it is worst; the health is the worst of any
// layer's own.
struct WorstRow {
  Row row;
  int32_t layer = 0;
};

struct LossFigures {
  Figure train_lm, valid_lm, valid_bits_per_byte;  // train: over the window
};

struct Card {
  std::string run;
  RunFacts facts;
  int64_t steps = 0;   // done
  int64_t window = 0;  // recorded steps that means are taken over
  Figure tokens;
  Figure experts_per_token;  // measured, mean over layers that choose
  Figure active_parameters;  // with the measured experts per token
  LossFigures loss;
  std::vector<WorstRow> worst;           // one a metric
  std::vector<Row> run_rows;             // one a metric of the whole run
  SpecialisationFigures specialisation;  // mean over layers >= 1
  Figure tokens_per_second, wall_seconds;
  std::vector<LayerCard> layers;  // layers[i] is layer i
};

// "1", "1 codebook": the layer, and which of its routings.
[[nodiscard]] std::string label_of(const LayerCard&);
// Every routing of every layer, those of one layer beside each other.
[[nodiscard]] std::vector<const LayerCard*> routings_of(const Card&);

// Means are taken over the last 100 recorded steps. The metrics are those of
// the registry, whose parts must outlive the card.
[[nodiscard]] Card read_card(
    const RunReader&, const std::string& run, const Registry&);
// Reads RUN_DIR/run.db. DataError when it is no run.
[[nodiscard]] Card read_card(
    const std::filesystem::path& run_dir, const Registry&);

}  // namespace moestro
MOESTRO_API_END
