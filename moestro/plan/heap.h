// SPDX-License-Identifier: Apache-2.0
// Heaps of one-word entries, for the planners' inner loops. Not public.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// A float that is not negative and a number, in one word that sorts by the
// float, then by the number: the bits of such floats sort as they do.
class SortWord {
 public:
  SortWord(float value, uint32_t number)
      : word_(uint64_t{std::bit_cast<uint32_t>(value)} << 32U | number) {}

  [[nodiscard]] float value() const {
    return std::bit_cast<float>(static_cast<uint32_t>(word_ >> 32U));
  }
  [[nodiscard]] uint32_t number() const { return static_cast<uint32_t>(word_); }
  auto operator<=>(const SortWord&) const = default;

 private:
  uint64_t word_;
};

// Puts the entry where the top of the heap was: half of a pop and a push.
// `below(a, b)`: a belongs below b.
template <class Entry, class Below>
void replace_top(std::vector<Entry>& heap, const Entry& entry, Below below) {
  size_t hole = 0;
  for (size_t child = 1; child < heap.size(); child = 2 * hole + 1) {
    child +=
        child + 1 < heap.size() && below(heap[child], heap[child + 1]) ? 1 : 0;
    if (!below(entry, heap[child])) {
      break;
    }
    heap[hole] = heap[child];
    hole = child;
  }
  heap[hole] = entry;
}

}  // namespace moestro
MOESTRO_API_END
