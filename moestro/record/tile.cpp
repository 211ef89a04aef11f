// SPDX-License-Identifier: Apache-2.0
// Eight byte planes instead of eight-byte words: the high bytes of counts are
// all zero and those of reals nearly constant, so that zstd sees long runs.
#include "moestro/record/tile.h"

#include <algorithm>

#include <zstd.h>

#include "moestro/base/error.h"

namespace moestro::tiles {
namespace {

using Bytes = std::vector<std::byte>;

constexpr int kLevel = 3;  // part of the format: equal rows, equal bytes
constexpr size_t kPlanes = 8;
constexpr size_t kLargest = size_t{1} << 28U;
// Of zstd: four bytes stand for a block of 128 KiB at most.
constexpr size_t kMostRatio = 32768;

void put_u32(Bytes& out, uint64_t value) {
  for (unsigned i = 0; i < 4; ++i) {
    out.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
}

uint32_t get_u32(std::span<const std::byte> in, size_t at) {
  uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) {
    value |= std::to_integer<uint32_t>(in[at + i]) << (8 * i);
  }
  return value;
}

Bytes compress(std::span<const std::byte> plain) {
  auto* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  Bytes out(ZSTD_compressBound(plain.size()));
  const auto size = ZSTD_compress2(
      context, out.data(), out.size(), plain.data(), plain.size());
  ZSTD_freeCCtx(context);
  require(ZSTD_isError(size) == 0, "[tile] zstd compresses");
  out.resize(size);
  return out;
}

[[noreturn]] void refuse(const std::string& what, const std::string& why) {
  fail_data(what + " holds a damaged tile: " + why);
}

Bytes decompress(std::span<const std::byte> blob, const std::string& what) {
  const auto size = ZSTD_getFrameContentSize(blob.data(), blob.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN ||
      size > kLargest || size / kMostRatio > blob.size()) {
    refuse(what, "no zstd frame of a sane size");
  }
  Bytes plain(size);
  const auto got =
      ZSTD_decompress(plain.data(), plain.size(), blob.data(), blob.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    refuse(what, "zstd cannot read it");
  }
  return plain;
}

void put_plane(Bytes& out, const Tile& tile, size_t plane) {
  for (const auto& row : tile.rows) {
    for (const auto word : row.words) {
      out.push_back(static_cast<std::byte>(word >> (8 * plane)));
    }
  }
}

uint64_t get_word(
    std::span<const std::byte> planes, size_t count, size_t index) {
  uint64_t word = 0;
  for (size_t plane = 0; plane < kPlanes; ++plane) {
    word |= std::to_integer<uint64_t>(planes[plane * count + index])
            << (8 * plane);
  }
  return word;
}

// Steps and widths; the rows still lack their words.
Tile read_head(
    std::span<const std::byte> plain,
    int64_t first_step,
    const std::string& what) {
  if (plain.size() < 8) {
    refuse(what, "no header");
  }
  const auto word = get_u32(plain, 0);
  const size_t rows = get_u32(plain, 4);
  if ((word != 1 && word != 2) || rows > kRows || plain.size() < 8 + 8 * rows) {
    refuse(what, "bad header");
  }
  Tile tile{static_cast<Word>(word), first_step, {}};
  uint64_t total = 0;
  for (size_t r = 0; r < rows; ++r) {
    const auto width = get_u32(plain, 12 + 8 * r);
    total += width;
    if (total * kPlanes > plain.size()) {
      refuse(what, "rows wider than the tile");
    }
    tile.rows.push_back(
        {first_step + get_u32(plain, 8 + 8 * r), std::vector<uint64_t>(width)});
  }
  if (8 + 8 * rows + kPlanes * total != plain.size()) {
    refuse(what, "size differs from its header");
  }
  return tile;
}

}  // namespace

std::vector<std::byte> encode(const Tile& tile) {
  Bytes plain;
  put_u32(plain, static_cast<uint32_t>(tile.word));
  put_u32(plain, tile.rows.size());
  for (const auto& row : tile.rows) {
    put_u32(plain, static_cast<uint64_t>(row.step - tile.first_step));
    put_u32(plain, row.words.size());
  }
  for (size_t plane = 0; plane < kPlanes; ++plane) {
    put_plane(plain, tile, plane);
  }
  return compress(plain);
}

Tile decode(
    std::span<const std::byte> blob,
    int64_t first_step,
    const std::string& what) {
  const auto plain = decompress(blob, what);
  auto tile = read_head(plain, first_step, what);
  const auto head = 8 + 8 * tile.rows.size();
  const auto planes = std::span(plain).subspan(head);
  const auto count = planes.size() / kPlanes;
  size_t index = 0;
  for (auto& row : tile.rows) {
    for (auto& word : row.words) {
      word = get_word(planes, count, index++);
    }
  }
  return tile;
}

Row coarse_row(std::span<const Row> fine, int64_t step) {
  const auto width = fine.front().words.size();
  std::vector<double> least(width), mean(width), most(width);
  double steps = 0;
  for (const auto& row : fine) {
    // Experts came or went: the stretch keeps its first width.
    if (row.words.size() != width) {
      continue;
    }
    const auto demand = values_of<int64_t>(row.words);
    for (size_t e = 0; e < width; ++e) {
      const auto n = static_cast<double>(demand[e]);
      least[e] = steps == 0 ? n : std::min(least[e], n);
      most[e] = steps == 0 ? n : std::max(most[e], n);
      mean[e] += n;
    }
    ++steps;
  }
  std::vector<double> all = {steps};
  all.insert(all.end(), least.begin(), least.end());
  for (const auto sum : mean) {
    all.push_back(sum / steps);
  }
  all.insert(all.end(), most.begin(), most.end());
  return {step, words_of<double>(all)};
}

std::vector<Row> coarse_rows(const Tile& fine, int64_t factor) {
  const auto bucket = [&](const Row& row) {
    return 1 + (row.step - 1) / factor * factor;
  };
  std::vector<Row> coarse;
  const std::span<const Row> rows(fine.rows);
  for (size_t from = 0; from < rows.size();) {
    auto to = from + 1;
    while (to < rows.size() && bucket(rows[to]) == bucket(rows[from])) {
      ++to;
    }
    coarse.push_back(
        coarse_row(rows.subspan(from, to - from), bucket(rows[from])));
    from = to;
  }
  return coarse;
}

}  // namespace moestro::tiles
