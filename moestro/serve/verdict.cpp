// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/verdict.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/text.h"
#include "moestro/serve/ink.h"

namespace moestro {
namespace {

using Sentences = std::vector<Sentence>;

Sentences about_loss(const LossFigures& loss) {
  if (!loss.valid_bits_per_byte) {
    return {{Tone::kNeutral, "No validation loss was recorded yet."}};
  }
  const double bits = *loss.valid_bits_per_byte;
  const auto said = "The model needs " + fixed(bits, 3) + " bits per byte";
  if (!loss.order3_bits_per_byte) {
    return {{Tone::kNeutral, said + "."}};
  }
  const double counting = *loss.order3_bits_per_byte;
  if (bits < counting) {
    return {
        {Tone::kGood,
         said + ", " + fixed((1 - bits / counting) * 100, 1) +
             " % fewer than counting the last three bytes (" +
             fixed(counting, 3) + ")."}};
  }
  return {
      {Tone::kWarn,
       said + ", more than counting the last three bytes (" +
           fixed(counting, 3) + "): it has not learned enough yet."}};
}

// Layers whose MaxVio is far above what balanced routing would show.
std::string uneven_layers(const Card& card) {
  std::string names;
  for (const auto& layer : card.layers) {
    if (!layer.balance) {
      continue;
    }
    const auto expected = expected_max_vio(*layer.balance);
    if (expected && layer.balance->max_vio.value_or(0) > 2 * *expected) {
      names += (names.empty() ? "" : ", ") + std::to_string(layer.layer);
    }
  }
  return names;
}

Sentences about_balance(const Card& card) {
  const auto& b = card.balance;
  if (!b.max_vio) {
    return {{Tone::kNeutral, "No layer routes: there is nothing to balance."}};
  }
  Sentences list;
  const auto uneven = uneven_layers(card);
  const auto busiest = "the busiest expert has " + fixed(1 + *b.max_vio, 2) +
                       " times the mean load at worst";
  const auto dead = std::lround(b.dead_experts.value_or(0));
  if (uneven.empty() && dead == 0) {
    list.push_back(
        {Tone::kGood,
         "Loads are as even as this text allows; " + busiest + "."});
  } else if (!uneven.empty()) {
    list.push_back(
        {Tone::kWarn,
         "Layer " + uneven +
             " is more than twice as uneven as balanced routing would be; " +
             busiest + "."});
  }
  if (dead > 0) {
    list.push_back(
        {Tone::kBad,
         std::to_string(dead) + (dead == 1 ? " expert" : " experts") +
             " of a layer got less than 5 % of the mean load."});
  }
  const double dropped = b.drop_rate.value_or(0);
  if (dropped >= 0.0001) {
    list.push_back(
        {dropped > 0.05 ? Tone::kWarn : Tone::kNeutral,
         "Capacity dropped " + percent(dropped, 2) +
             " of the token-expert pairs in the worst layer."});
  }
  return list;
}

Sentences about_specialisation(const SpecialisationFigures& s) {
  if (!s.domain_mutual_information || !s.shuffled) {
    return {};
  }
  const double information = *s.domain_mutual_information;
  const double beyond = information - std::max(*s.shuffled, 0.0);
  const auto said = "Knowing the expert tells " + fixed(information, 3) +
                    " nats about the domain (" + fixed(*s.shuffled, 3) +
                    " by chance";
  if (beyond < 0.01) {
    return {{Tone::kNeutral, said + "): experts do not follow the domains."}};
  }
  const bool context = s.via_byte && information > 1.1 * *s.via_byte;
  return {
      {Tone::kGood,
       said + ", " + number(s.via_byte, 3) + " through the byte alone): " +
           (context ? "experts specialise beyond single bytes."
                    : "experts differ by the bytes they see.")}};
}

}  // namespace

Figure expected_max_vio(const BalanceFigures& balance) {
  if (!balance.max_vio_floor) {
    return {};
  }
  const double phi = std::max(balance.dispersion.value_or(1), 1.0);
  return *balance.max_vio_floor * std::sqrt(phi);
}

std::vector<Sentence> verdicts(const Card& card) {
  auto list = about_loss(card.loss);
  for (auto& sentence : about_balance(card)) {
    list.push_back(std::move(sentence));
  }
  for (auto& sentence : about_specialisation(card.specialisation)) {
    list.push_back(std::move(sentence));
  }
  if (!card.finished) {
    list.push_back(
        {Tone::kNeutral,
         "The run is not finished: step " + with_commas(card.steps) +
             (card.planned_steps
                  ? " of " + with_commas(std::llround(*card.planned_steps))
                  : "") +
             "."});
  }
  return list;
}

}  // namespace moestro
