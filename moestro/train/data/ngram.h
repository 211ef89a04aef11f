// SPDX-License-Identifier: Apache-2.0
// Byte models that count: the order-n model predicts a byte from the n before
// it, p_n(b|h) = (c(h,b) + T(h) p_{n-1}(b|h')) / (C(h) + T(h)), where c counts
// the training text, C(h) is how often h was followed by a byte and T(h) by
// how many different ones (Witten & Bell 1991). h' is h without its first
// byte; below order 0 all 256 bytes are equally likely.
//
// Counts are sorted lists of packed grams: history and next byte in one 32-bit
// word, so that everything a history was followed by is one range.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/text/documents.h"

MOESTRO_API_BEGIN
namespace moestro {

class NgramModel {
 public:
  static constexpr int kHighestOrder = 3;

  explicit NgramModel(int order);  // 0 to 3

  // Counts every document by itself: no history crosses its start.
  void learn(const Documents& docs);

  // The probability of `next`; of the history at most `order` last bytes count.
  [[nodiscard]] double probability(
      std::span<const uint8_t> history, uint8_t next) const;
  // The same as if the model were of a lower order.
  [[nodiscard]] double probability_up_to(
      int order, std::span<const uint8_t> history, uint8_t next) const;

 private:
  struct Counts {
    std::vector<uint32_t> grams;   // ascending, each once
    std::vector<uint64_t> before;  // occurrences of all smaller grams
    void add(std::vector<uint32_t> occurrences);
  };
  std::vector<Counts> counts_;  // [order]
};

}  // namespace moestro
MOESTRO_API_END
