// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/data/ngram.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "moestro/base/error.h"

namespace moestro {
namespace {

constexpr size_t kBlock = size_t{1} << 23U;  // occurrences sorted at a time

// Two passes over 16 bits: several times faster than a comparing sort.
void radix_sort(std::vector<uint32_t>& values) {
  std::vector<uint32_t> other(values.size());
  for (const unsigned shift : {0U, 16U}) {
    std::vector<uint32_t> start(65'537, 0);
    for (const auto v : values) {
      ++start[((v >> shift) & 0xFFFFU) + 1];
    }
    for (size_t i = 1; i < start.size(); ++i) {
      start[i] += start[i - 1];
    }
    for (const auto v : values) {
      other[start[(v >> shift) & 0xFFFFU]++] = v;
    }
    values.swap(other);
  }
}

// The last `length` bytes before `end` as a number, the latest byte lowest.
uint32_t packed(std::span<const uint8_t> bytes, size_t end, size_t length) {
  uint32_t value = 0;
  for (size_t i = end - length; i < end; ++i) {
    value = value << 8U | bytes[i];
  }
  return value;
}

}  // namespace

NgramModel::NgramModel(int order) : counts_(static_cast<size_t>(order) + 1) {
  require(
      order >= 0 && order <= kHighestOrder,
      "[ngram] order must be 0 to 3; got order=" + std::to_string(order));
  for (auto& counts : counts_) {
    counts.before.push_back(0);
  }
}

// Merges sorted occurrences into what was counted before.
void NgramModel::Counts::add(std::vector<uint32_t> occurrences) {
  radix_sort(occurrences);
  std::vector<uint32_t> merged;
  std::vector<uint64_t> sums{0};
  size_t old = 0;
  const auto take_old = [&] {
    merged.push_back(grams[old]);
    sums.push_back(sums.back() + before[old + 1] - before[old]);
    ++old;
  };
  for (auto at = occurrences.begin(); at != occurrences.end();) {
    while (old < grams.size() && grams[old] < *at) {
      take_old();
    }
    if (old < grams.size() && grams[old] == *at) {
      take_old();
    } else {
      merged.push_back(*at);
      sums.push_back(sums.back());
    }
    const auto run = std::find_if(
        at, occurrences.end(), [&](uint32_t v) { return v != merged.back(); });
    sums.back() += static_cast<uint64_t>(run - at);
    at = run;
  }
  while (old < grams.size()) {
    take_old();
  }
  grams = std::move(merged);
  before = std::move(sums);
}

void NgramModel::learn(const Documents& docs) {
  for (size_t order = 0; order < counts_.size(); ++order) {
    std::vector<uint32_t> block;
    for (size_t d = 0; d < docs.size(); ++d) {
      const auto doc = docs[d];
      for (size_t i = order; i < doc.size(); ++i) {
        block.push_back(packed(doc, i + 1, order + 1));
      }
      if (block.size() >= kBlock) {
        counts_[order].add(std::exchange(block, {}));
      }
    }
    counts_[order].add(std::move(block));
  }
}

double NgramModel::probability(
    std::span<const uint8_t> history, uint8_t next) const {
  return probability_up_to(static_cast<int>(counts_.size()) - 1, history, next);
}

double NgramModel::probability_up_to(
    int order, std::span<const uint8_t> history, uint8_t next) const {
  const auto highest = std::min(static_cast<size_t>(order), history.size());
  double p = 1.0 / 256;
  for (size_t n = 0; n <= highest; ++n) {
    const auto& [grams, before] = counts_[n];
    const auto first = packed(history, history.size(), n) << 8U;
    const auto begin = std::lower_bound(grams.begin(), grams.end(), first);
    const auto end = std::upper_bound(begin, grams.end(), first | 0xFFU);
    if (begin == end) {
      break;  // longer histories were not seen either
    }
    const auto at = std::lower_bound(begin, end, first | next);
    const auto index = [&](auto it) {
      return static_cast<size_t>(it - grams.begin());
    };
    const auto total =
        static_cast<double>(before[index(end)] - before[index(begin)]);
    const auto kinds = static_cast<double>(end - begin);
    const auto count =
        at != end && *at == (first | next)
            ? static_cast<double>(before[index(at) + 1] - before[index(at)])
            : 0.0;
    p = (count + kinds * p) / (total + kinds);
  }
  return p;
}

}  // namespace moestro
