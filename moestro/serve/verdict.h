// SPDX-License-Identifier: Apache-2.0
// The card in sentences: what went well, what to look at. Plain words, the
// number that each rests on, no thresholds without their reason.
#pragma once

#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/serve/card.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Tone { kGood, kNeutral, kWarn, kBad };

struct Sentence {
  Tone tone = Tone::kNeutral;
  std::string text;
};

[[nodiscard]] std::vector<Sentence> verdicts(const Card& card);

// floor * sqrt(phi): the MaxVio of balanced routing whose tokens are as much
// alike as this layer's; empty when either is unknown.
[[nodiscard]] Figure expected_max_vio(const BalanceFigures& balance);

}  // namespace moestro
MOESTRO_API_END
