// SPDX-License-Identifier: Apache-2.0
// Reads the coarsest level of the pyramid that still resolves a column: the
// work is proportional to the columns asked for, not to the run's length.
#include "moestro/record/heat.h"

#include <algorithm>
#include <limits>

#include "moestro/record/plausible.h"
#include "moestro/record/quantity.h"
#include "moestro/record/tile.h"

namespace moestro {
namespace {

struct Grain {
  int64_t factor;  // of the pyramid's level
  int64_t steps;   // one column, a multiple of the factor
};

Grain grain_of(const HeatAsk& ask) {
  const auto steps =
      std::max<int64_t>(1, (ask.last_step + ask.columns - 1) / ask.columns);
  int64_t factor = 1;
  for (const auto f : tiles::kFactors) {
    factor = steps >= f ? f : factor;
  }
  return {factor, (steps + factor - 1) / factor * factor};
}

struct Column {
  double steps = 0;
  std::vector<double> sum_E;

  void add(double weight, const std::vector<double>& mean_E) {
    sum_E.resize(std::max(sum_E.size(), mean_E.size()));
    for (size_t e = 0; e < mean_E.size(); ++e) {
      sum_E[e] += weight * mean_E[e];
    }
    steps += weight;
  }
};

void add_row(
    Column& column,
    const tiles::Row& row,
    int64_t factor,
    const std::string& what) {
  if (factor == 1) {
    const auto demand_E = tiles::values_of<int64_t>(row.words);
    column.add(1, {demand_E.begin(), demand_E.end()});
    return;
  }
  const auto words = tiles::values_of<double>(row.words);
  if (words.size() % 3 != 1) {
    plausible::refuse(what, "a row of the pyramid lacks numbers");
  }
  const auto E = static_cast<std::ptrdiff_t>(words.size() / 3);
  const auto mean = words.begin() + 1 + E;
  column.add(words.at(0), {mean, mean + E});
}

Column& column_of(
    int64_t step,
    const Grain& grain,
    std::vector<Column>& columns,
    const std::string& what) {
  const auto at = static_cast<size_t>((step - 1) / grain.steps);
  if (step < 1 || at >= columns.size()) {
    plausible::refuse(what, "a tile holds steps that the run has not");
  }
  return columns[at];
}

std::vector<double> mean_of(const Column& column, size_t E) {
  std::vector<double> mean_E(E, std::numeric_limits<double>::quiet_NaN());
  for (size_t e = 0; e < column.sum_E.size() && column.steps > 0; ++e) {
    mean_E[e] = column.sum_E[e] / column.steps;
  }
  return mean_E;
}

}  // namespace

RunReader::Heat read_heat(
    sqlite::Database& db, const HeatAsk& ask, const std::string& what) {
  const auto grain = grain_of(ask);
  const auto count = (ask.last_step + grain.steps - 1) / grain.steps;
  std::vector<Column> columns(static_cast<size_t>(count));
  size_t E = 0;
  auto select = db.prepare(
      "SELECT first_step, data FROM tile WHERE layer = ? AND quantity = ? "
      "AND factor = ? AND first_step <= ? ORDER BY first_step");
  const auto name = tiles::tile_name(tiles::kDemand, ask.routing);
  select.query(
      int64_t{ask.layer}, std::string_view(name), grain.factor, ask.last_step);
  plausible::Rising<int64_t> rising(what);
  while (select.next()) {
    const auto first = plausible::step(select.integer(0), what);
    rising(first);
    const auto tile = tiles::decode(select.blob(1), first, what);
    for (const auto& row : tile.rows) {
      auto& column = column_of(row.step, grain, columns, what);
      add_row(column, row, grain.factor, what);
      E = std::max(E, column.sum_E.size());
    }
  }
  RunReader::Heat heat{1, grain.steps, {}};
  for (const auto& column : columns) {
    heat.columns.push_back(mean_of(column, E));
  }
  return heat;
}

}  // namespace moestro
