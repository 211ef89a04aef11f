// SPDX-License-Identifier: Apache-2.0
// Idea: a matrix [step, expert] is cut at fixed steps into tiles of 64 rows;
// a tile is one compressed blob. Private to the run store; the bytes are
// documented in docs/run-store.md.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro::tiles {

inline constexpr int64_t kRows = 64;
// Steps that one row of each level of the pyramid stands for. All divide
// kRows, so that a row never needs more than one tile of the finest level.
inline constexpr int64_t kFactors[] = {8, 64};

enum class Word : uint32_t { kInteger = 1, kReal = 2 };

struct Row {
  int64_t step = 0;
  std::vector<uint64_t> words;
};

struct Tile {
  Word word = Word::kInteger;
  int64_t first_step = 1;
  std::vector<Row> rows;
};

// First step of the tile that holds `step`.
[[nodiscard]] constexpr int64_t start_of(int64_t step, int64_t factor) {
  const auto span = kRows * factor;
  return 1 + (step - 1) / span * span;
}

template <class T>
std::vector<uint64_t> words_of(std::span<const T> values) {
  static_assert(sizeof(T) == sizeof(uint64_t));
  std::vector<uint64_t> words;
  words.reserve(values.size());
  for (const auto v : values) {
    words.push_back(std::bit_cast<uint64_t>(v));
  }
  return words;
}

template <class T>
std::vector<T> values_of(std::span<const uint64_t> words) {
  std::vector<T> values;
  values.reserve(words.size());
  for (const auto w : words) {
    values.push_back(std::bit_cast<T>(w));
  }
  return values;
}

[[nodiscard]] std::vector<std::byte> encode(const Tile&);
// DataError that names `what` when the bytes are no tile.
[[nodiscard]] Tile decode(
    std::span<const std::byte> blob,
    int64_t first_step,
    const std::string& what);

// One coarse row over fine rows of demand: number of steps, then min_E, mean_E
// and max_E, all reals.
[[nodiscard]] Row coarse_row(std::span<const Row> fine, int64_t step);
// The coarse rows that a tile of the finest level yields.
[[nodiscard]] std::vector<Row> coarse_rows(const Tile& fine, int64_t factor);

}  // namespace moestro::tiles
MOESTRO_API_END
