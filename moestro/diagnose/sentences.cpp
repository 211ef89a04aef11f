// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/sentences.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "moestro/base/text.h"

namespace moestro {
namespace {

using Sentences = std::vector<Sentence>;

std::string in_nats(const Figure& value) {
  return value ? fixed(*value, 3) : "–";
}

Sentences about_loss(const LossFigures& loss, const BaselineFacts& baselines) {
  if (!loss.valid_bits_per_byte) {
    return {{Tone::kNeutral, "No validation loss was recorded yet."}};
  }
  const double bits = *loss.valid_bits_per_byte;
  const auto said = "The model needs " + fixed(bits, 3) + " bits per byte";
  if (!baselines.order3_bits_per_byte) {
    return {{Tone::kNeutral, said + "."}};
  }
  const double counting = *baselines.order3_bits_per_byte;
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

Tone tone_of(Health health) {
  if (health == Health::kBad) {
    return Tone::kBad;
  }
  return health == Health::kWarn ? Tone::kWarn : Tone::kNeutral;
}

// "MaxVio 1.00 in layer 2, 0.24 by chance"
std::string evidence(const WorstRow& worst) {
  const auto& [row, layer] = worst;
  auto text = std::string(reading_of(*row.info).label) + " " +
              text_of(*row.info, row.value) + " in layer " +
              std::to_string(layer);
  if (row.expected) {
    text += ", " + text_of(*row.info, row.expected) + " by chance";
  }
  return text;
}

// Layers in which metric number m is beyond what is healthy.
std::vector<std::string> unhealthy_layers(const Card& card, size_t m) {
  std::vector<std::string> names;
  for (const auto& layer : card.layers) {
    if (layer.routes() && layer.rows[m].health >= Health::kWarn) {
      names.push_back(std::to_string(layer.layer));
    }
  }
  return names;
}

Sentence complaint(const Card& card, size_t m) {
  const auto& worst = card.worst[m];
  const auto what = reading_of(*worst.row.info).limits.complaint;
  return {
      tone_of(worst.row.health),
      "Layer " + join(unhealthy_layers(card, m)) + " " +
          std::string(what.empty() ? "is beyond what is healthy" : what) +
          ": " + evidence(worst) + "."};
}

Sentences about_balance(const Card& card) {
  if (std::ranges::none_of(card.layers, &LayerCard::routes)) {
    return {{Tone::kNeutral, "No layer routes: there is nothing to balance."}};
  }
  Sentences list;
  std::vector<std::string> fine;  // those that chance puts a number beside
  for (size_t m = 0; m < card.worst.size(); ++m) {
    const auto health = card.worst[m].row.health;
    if (health >= Health::kWarn) {
      list.push_back(complaint(card, m));
    } else if (health == Health::kFine && card.worst[m].row.expected) {
      fine.push_back(evidence(card.worst[m]));
    }
  }
  if (list.empty() && !fine.empty()) {
    list.push_back(
        {Tone::kGood,
         "Loads are as even as this text allows; at worst " + join(fine, "; ") +
             "."});
  }
  return list;
}

Sentences about_run(const std::vector<Row>& rows) {
  Sentences list;
  for (const auto& row : rows) {
    if (row.health >= Health::kWarn) {
      const auto reading = reading_of(*row.info);
      list.push_back(
          {tone_of(row.health),
           "The run " + std::string(reading.limits.complaint) + ": " +
               std::string(reading.label) + " " +
               text_of(*row.info, row.value) + "."});
    }
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
       said + ", " + in_nats(s.via_byte) + " through the byte alone): " +
           (context ? "experts specialise beyond single bytes."
                    : "experts differ by the bytes they see.")}};
}

}  // namespace

std::string_view name_of(Tone tone) {
  constexpr std::array<std::string_view, 4> kNames{
      "good", "neutral", "warn", "bad"};
  return kNames[static_cast<size_t>(tone)];
}

std::vector<Sentence> sentences(const Card& card) {
  auto list = about_loss(card.loss, card.facts.baselines);
  for (auto& sentence : about_balance(card)) {
    list.push_back(std::move(sentence));
  }
  for (auto& sentence : about_run(card.run_rows)) {
    list.push_back(std::move(sentence));
  }
  for (auto& sentence : about_specialisation(card.specialisation)) {
    list.push_back(std::move(sentence));
  }
  if (!card.facts.finished) {
    list.push_back(
        {Tone::kNeutral,
         "The run is not finished: step " + with_commas(card.steps) +
             (card.facts.steps ? " of " + with_commas(*card.facts.steps) : "") +
             "."});
  }
  return list;
}

}  // namespace moestro
