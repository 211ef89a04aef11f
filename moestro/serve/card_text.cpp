// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/card_text.h"

#include "moestro/base/text.h"

namespace moestro {

std::string size_text(const Card& card) {
  const auto& all = card.facts.parameters;
  auto text = amount(all ? Figure(static_cast<double>(*all)) : Figure()) +
              " parameters, " + amount(card.active_parameters) + " active";
  if (card.experts_per_token) {
    text += " at " + fixed(*card.experts_per_token, 2) + " experts a token";
  }
  return text;
}

Ink ink_of(Health health) {
  constexpr Ink kInks[] = {Ink::kNone, Ink::kGood, Ink::kWarn, Ink::kBad};
  return kInks[static_cast<size_t>(health)];
}

}  // namespace moestro
