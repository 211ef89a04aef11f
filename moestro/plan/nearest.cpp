// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/nearest.h"

#include <algorithm>
#include <vector>

#include "moestro/base/text.h"

namespace moestro {

Nearest nearest(
    int64_t value,
    int64_t least,
    int64_t most,
    const std::function<bool(int64_t)>& works) {
  Nearest found;
  for (auto v = std::min(value - 1, most); v >= least && !found.below; --v) {
    found.below = works(v) ? std::optional(v) : std::nullopt;
  }
  for (auto v = std::max(value + 1, least); v <= most && !found.above; ++v) {
    found.above = works(v) ? std::optional(v) : std::nullopt;
  }
  return found;
}

std::string as_text(std::string_view name, const Nearest& found) {
  std::vector<std::string> requests;
  for (const auto& value : {found.below, found.above}) {
    if (value) {
      requests.push_back(std::string(name) + "=" + std::to_string(*value));
    }
  }
  return join(requests);
}

std::string nearest_divisors(
    std::string_view name, int64_t value, int64_t whole) {
  const auto most = std::max<int64_t>(whole, 0);
  const auto divides = [whole](int64_t part) { return whole % part == 0; };
  return as_text(
      name, nearest(std::clamp<int64_t>(value, 0, most + 1), 1, most, divides));
}

std::string works_nearby(const std::string& requests) {
  return requests.empty() ? "" : "; what works nearby: " + requests;
}

}  // namespace moestro
