// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/probe_memory.h"

#include "moestro/tensor/host.h"

namespace moestro {
namespace {

constexpr int64_t kBits = 32;

int64_t words_of(int64_t experts) {
  return (experts + kBits - 1) / kBits;
}

}  // namespace

void ProbeMemory::numbers(const NumberVisitor& visit) {
  visit_number(visit, "probe.step", step);
  visit_number(visit, "probe.number", probes);
  for (auto& [place, memory] : routings) {
    const auto prefix = "probe." + std::to_string(place.first) + "." +
                        (place.second.empty() ? "" : place.second + ".");
    visit(prefix + "chosen", memory.chosen);
    visit(prefix + "half", memory.half);
    visit(prefix + "first", memory.first_T);
    visit(prefix + "changed", memory.changed_T);
    visit(prefix + "bias", memory.bias_E);
  }
}

std::vector<double> packed(const Tensor& bits_TE) {
  const auto T = bits_TE.size(0), E = bits_TE.size(1);
  const auto bits = to_ints(bits_TE.to(at::kLong));
  std::vector<double> words(static_cast<size_t>(T * words_of(E)));
  for (int64_t t = 0; t < T; ++t) {
    for (int64_t e = 0; e < E; ++e) {
      const auto at = static_cast<size_t>(t * words_of(E) + e / kBits);
      words[at] += bits[static_cast<size_t>(t * E + e)] != 0
                       ? static_cast<double>(uint64_t{1} << (e % kBits))
                       : 0;
    }
  }
  return words;
}

Tensor unpacked(
    const std::vector<double>& words, int64_t tokens, int64_t experts) {
  const auto per = words_of(experts);
  if (std::ssize(words) != tokens * per) {
    return {};
  }
  auto bits_TE = at::zeros({tokens, experts}, at::kBool);
  auto* out = bits_TE.mutable_data_ptr<bool>();
  for (int64_t t = 0; t < tokens; ++t) {
    for (int64_t e = 0; e < experts; ++e) {
      const auto word = static_cast<uint64_t>(
          words[static_cast<size_t>(t * per + e / kBits)]);
      out[t * experts + e] = (word >> (e % kBits) & 1U) != 0;
    }
  }
  return bits_TE;
}

}  // namespace moestro
