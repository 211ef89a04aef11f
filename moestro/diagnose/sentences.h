// SPDX-License-Identifier: Apache-2.0
// The card in sentences: what went well, what to look at. Plain words, the
// number that each rests on, no thresholds without their reason.
#pragma once

#include <string>
#include <vector>

#include "moestro/diagnose/card.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Tone : uint8_t { kGood, kNeutral, kWarn, kBad };
// "good", "neutral", "warn", "bad"
[[nodiscard]] std::string_view name_of(Tone);

struct Sentence {
  Tone tone = Tone::kNeutral;
  std::string text;
};

[[nodiscard]] std::vector<Sentence> sentences(const Card& card);

}  // namespace moestro
MOESTRO_API_END
