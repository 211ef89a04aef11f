// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/words.h"

#include <cmath>

#include <fmt/format.h>

namespace moestro::words {
namespace {

constexpr size_t kNamed = 6;

}  // namespace

std::string number(double value) {
  return std::abs(value) >= 1000 && std::abs(value) < 1e9
             ? fmt::format("{:.0f}", value)
             : fmt::format("{:.3g}", value);
}

std::string percent(double share) {
  return fmt::format("{:.3g} %", 100 * share);
}

std::string layer(int32_t layer, std::string_view routing) {
  return routing.empty() ? fmt::format("layer {}", layer)
                         : fmt::format("layer {} {}", layer, routing);
}

std::string experts(std::span<const int32_t> numbers) {
  if (numbers.size() == 1) {
    return fmt::format("expert {}", numbers[0]);
  }
  const bool all = numbers.size() <= kNamed + 1;
  const auto named =
      all ? numbers.first(numbers.size() - 1) : numbers.first(kNamed);
  const auto list = fmt::format("experts {}", fmt::join(named, ", "));
  return all ? fmt::format("{} and {}", list, numbers.back())
             : fmt::format("{} and {} more", list, numbers.size() - kNamed);
}

}  // namespace moestro::words
