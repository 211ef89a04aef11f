// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/data/baselines.h"

#include <cmath>
#include <map>
#include <vector>

#include <zstd.h>

#include "moestro/base/error.h"
#include "moestro/train/data/ngram.h"

namespace moestro {
namespace {

constexpr int kZstdLevel = 19;

double bits_per_byte(
    const NgramModel& model, int order, std::span<const Window> windows) {
  double bits = 0;
  size_t scored = 0;
  for (const auto& window : windows) {
    for (size_t i = 1; i < window.bytes.size(); ++i) {
      const auto p = model.probability_up_to(
          order, window.bytes.first(i), window.bytes[i]);
      bits -= std::log2(p);
    }
    scored += window.bytes.size() - 1;
  }
  return bits / static_cast<double>(scored);
}

size_t compressed_size(const std::vector<uint8_t>& bytes) {
  std::vector<char> out(ZSTD_compressBound(bytes.size()));
  const auto size = ZSTD_compress(
      out.data(), out.size(), bytes.data(), bytes.size(), kZstdLevel);
  require(ZSTD_isError(size) == 0, "[baselines] zstd must compress");
  return size;
}

}  // namespace

double zstd_bits_per_byte(std::span<const Window> windows) {
  std::map<int32_t, std::vector<uint8_t>> scored;
  for (const auto& window : windows) {
    auto& bytes = scored[window.domain];
    bytes.insert(bytes.end(), window.bytes.begin() + 1, window.bytes.end());
  }
  size_t before = 0, after = 0;
  for (const auto& [domain, bytes] : scored) {
    before += bytes.size();
    after += compressed_size(bytes);
  }
  return 8.0 * static_cast<double>(after) / static_cast<double>(before);
}

Baselines measure_baselines(
    const Dataset& data, std::span<const Window> windows) {
  require(!windows.empty(), "[baselines] windows must not be empty");
  NgramModel model(3);
  for (const auto& domain : data.domains()) {
    model.learn(domain.train);
  }
  return {
      bits_per_byte(model, 2, windows),
      bits_per_byte(model, 3, windows),
      zstd_bits_per_byte(windows)};
}

}  // namespace moestro
