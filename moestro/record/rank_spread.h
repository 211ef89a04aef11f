// SPDX-License-Identifier: Apache-2.0
// How differently the ranks of a step route. Ranks that hold the same model see
// other text, so that their counts differ by no more than those of sequences;
// one whose router, bias or seed has gone its own way differs in every step.
// Private to record/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "moestro/base/api.h"
#include "moestro/record/counts.h"

MOESTRO_API_BEGIN
namespace moestro {

struct RankSpread {
  // Variance of counts between ranks over that of independent tokens.
  double dispersion = 1;
  int64_t furthest = 0;  // rank that adds most to it
};

// Nothing for fewer than two ranks that saw tokens. Ranks of as many experts.
[[nodiscard]] std::optional<RankSpread> rank_spread(
    const std::map<int64_t, Counts>& by_rank);

}  // namespace moestro
MOESTRO_API_END
