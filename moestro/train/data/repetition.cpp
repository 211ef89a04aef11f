// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/data/repetition.h"

#include <algorithm>
#include <bitset>
#include <vector>

namespace moestro {
namespace {

constexpr size_t kGram = 8;  // bytes, which fit one word

double repeated_grams(std::span<const uint8_t> bytes) {
  if (bytes.size() < kGram) {
    return 0;
  }
  std::vector<uint64_t> grams;
  uint64_t gram = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    gram = gram << 8U | bytes[i];
    if (i + 1 >= kGram) {
      grams.push_back(gram);
    }
  }
  std::ranges::sort(grams);
  const auto again = std::ranges::unique(grams);
  return static_cast<double>(again.size()) / static_cast<double>(grams.size());
}

}  // namespace

Repetition repetition(std::span<const uint8_t> bytes) {
  std::bitset<256> seen;
  for (const auto byte : bytes) {
    seen.set(byte);
  }
  return {
      bytes.empty() ? 0
                    : static_cast<double>(seen.count()) /
                          static_cast<double>(bytes.size()),
      repeated_grams(bytes)};
}

}  // namespace moestro
