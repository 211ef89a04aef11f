// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/mutual_information.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/permutation.h"

namespace moestro {
namespace {

struct Margins {
  std::vector<double> row, column;
  double all = 0;
};

Margins margins_of(const Table& t) {
  Margins m{
      std::vector<double>(static_cast<size_t>(t.rows)),
      std::vector<double>(static_cast<size_t>(t.columns))};
  for (int64_t r = 0; r < t.rows; ++r) {
    for (int64_t c = 0; c < t.columns; ++c) {
      m.row[static_cast<size_t>(r)] += t.at(r, c);
      m.column[static_cast<size_t>(c)] += t.at(r, c);
      m.all += t.at(r, c);
    }
  }
  return m;
}

double in_use(const std::vector<double>& weights) {
  return static_cast<double>(
      std::ranges::count_if(weights, [](double w) { return w > 0; }));
}

}  // namespace

double mutual_information(const Table& t) {
  const auto m = margins_of(t);
  const auto term = [&](size_t r, size_t c) {
    const double cell = t.cells[r * m.column.size() + c];
    const double independent = m.row[r] * m.column[c] / m.all;
    return cell > 0 ? cell / m.all * std::log(cell / independent) : 0;
  };
  double nats = 0;
  for (size_t r = 0; r < m.row.size(); ++r) {
    for (size_t c = 0; c < m.column.size(); ++c) {
      nats += term(r, c);
    }
  }
  return nats;
}

double corrected_information(const Table& t) {
  const auto m = margins_of(t);
  if (m.all <= 0) {
    return 0;
  }
  const double cells = in_use(m.row) + in_use(m.column) - in_use(t.cells) - 1;
  return mutual_information(t) + cells / (2 * m.all);
}

Table group_rows(
    const Table& t, std::span<const int32_t> labels, int64_t num_labels) {
  Table grouped(num_labels, t.columns);
  for (int64_t r = 0; r < t.rows; ++r) {
    for (int64_t c = 0; c < t.columns; ++c) {
      grouped.at(labels[static_cast<size_t>(r)], c) += t.at(r, c);
    }
  }
  return grouped;
}

double shuffled_information(
    const Table& t,
    std::span<const int32_t> labels,
    int64_t num_labels,
    int64_t rounds,
    uint64_t seed) {
  constexpr uint32_t kStream = 0x5F1E;
  double sum = 0;
  for (int64_t round = 0; round < rounds; ++round) {
    const Permutation permutation(
        static_cast<uint64_t>(t.rows),
        {.seed = seed,
         .stream = kStream,
         .step = static_cast<uint32_t>(round)});
    std::vector<int32_t> shuffled(labels.size());
    for (size_t r = 0; r < labels.size(); ++r) {
      shuffled[r] = labels[permutation(r)];
    }
    sum += mutual_information(group_rows(t, shuffled, num_labels));
  }
  return rounds > 0 ? sum / static_cast<double>(rounds) : 0;
}

Table lift(const Table& t) {
  const auto m = margins_of(t);
  Table out(t.rows, t.columns);
  for (int64_t r = 0; r < t.rows; ++r) {
    for (int64_t c = 0; c < t.columns; ++c) {
      const double expected =
          m.row[static_cast<size_t>(r)] * m.column[static_cast<size_t>(c)];
      out.at(r, c) = expected > 0 ? t.at(r, c) * m.all / expected : 0;
    }
  }
  return out;
}

}  // namespace moestro
