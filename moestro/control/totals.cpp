// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include "moestro/control/controller.h"

namespace moestro {
void Totals::add(const Totals& more) {
  counts.add(more.counts);
  lacking.resize(std::max(lacking.size(), more.lacking.size()), 0);
  std::ranges::transform(more.lacking, lacking, lacking.begin(), std::plus<>());
  scores.insert(scores.end(), more.scores.begin(), more.scores.end());
}

LackingRange lacking_range(std::span<const float> bias_E) {
  if (bias_E.empty()) {
    return {-1, 1};
  }
  const auto [least, most] = std::ranges::minmax(bias_E);
  return {static_cast<double>(least) - 1, static_cast<double>(most) + 1};
}

}  // namespace moestro
