// SPDX-License-Identifier: Apache-2.0
// How much one label says about another, from a table of counts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Row-major table of weights (counts or shares), rows x columns.
struct Table {
  int64_t rows = 0, columns = 0;
  std::vector<double> cells;

  Table(int64_t num_rows, int64_t num_columns)
      : rows(num_rows),
        columns(num_columns),
        cells(static_cast<size_t>(num_rows * num_columns)) {}
  [[nodiscard]] double& at(int64_t row, int64_t column) {
    return cells[static_cast<size_t>(row * columns + column)];
  }
  [[nodiscard]] double at(int64_t row, int64_t column) const {
    return cells[static_cast<size_t>(row * columns + column)];
  }
};

// Plug-in estimate, nats; 0 for an empty table. Biased upwards by about
// (rows - 1)(columns - 1) / (2 N): compare with a shuffle.
[[nodiscard]] double mutual_information(const Table&);

// The plug-in of a table of counts less its bias (Miller 1955): (rows in use +
// columns in use - cells in use - 1) / (2 N) is added. Can be below 0, as an
// unbiased estimate of nothing must. Takes counts for independent: those of
// tokens in sequences are not, there a shuffle of whole sequences is the
// yardstick.
[[nodiscard]] double corrected_information(const Table&);

// Sums rows that share a label.
[[nodiscard]] Table group_rows(
    const Table&, std::span<const int32_t> labels, int64_t num_labels);

// Mean information over `rounds` random permutations of the rows' labels; a
// pure function of the seed.
[[nodiscard]] double shuffled_information(
    const Table&,
    std::span<const int32_t> labels,
    int64_t num_labels,
    int64_t rounds,
    uint64_t seed);

// p(column | row) / p(column); 1 = chance, 0 where a column is empty.
[[nodiscard]] Table lift(const Table&);

}  // namespace moestro
MOESTRO_API_END
