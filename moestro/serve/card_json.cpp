// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "moestro/serve/card.h"

namespace moestro {
namespace {

Json value(const Figure& figure) {
  return figure ? Json(*figure) : Json(nullptr);
}

// Counts are whole numbers in JSON, too.
Json count(const Figure& figure) {
  return figure ? Json(static_cast<int64_t>(std::llround(*figure)))
                : Json(nullptr);
}

Json balance_json(const BalanceFigures& b) {
  return JsonObject{
      {"max_vio", value(b.max_vio)},
      {"max_vio_floor", value(b.max_vio_floor)},
      {"dispersion", value(b.dispersion)},
      {"effective_experts", value(b.effective_experts)},
      {"dead_experts", count(b.dead_experts)},
      {"min_load", value(b.min_load)},
      {"drop_rate", value(b.drop_rate)}};
}

Json specialisation_json(const SpecialisationFigures& s) {
  return JsonObject{
      {"domain_mutual_information", value(s.domain_mutual_information)},
      {"shuffled", value(s.shuffled)},
      {"via_byte", value(s.via_byte)}};
}

Json loss_json(const LossFigures& l) {
  return JsonObject{
      {"train_lm", value(l.train_lm)},
      {"valid_lm", value(l.valid_lm)},
      {"valid_bits_per_byte", value(l.valid_bits_per_byte)},
      {"baselines",
       JsonObject{
           {"order2_bits_per_byte", value(l.order2_bits_per_byte)},
           {"order3_bits_per_byte", value(l.order3_bits_per_byte)},
           {"zstd_bits_per_byte", value(l.zstd_bits_per_byte)}}}};
}

Json layer_json(const LayerCard& layer) {
  JsonObject object{{"layer", int64_t{layer.layer}}};
  if (layer.balance) {
    object.emplace_back("balance", balance_json(*layer.balance));
    object.emplace_back(
        "specialisation", specialisation_json(layer.specialisation));
  }
  return object;
}

}  // namespace

Json to_json(const Card& card) {
  JsonArray layers;
  for (const auto& layer : card.layers) {
    layers.push_back(layer_json(layer));
  }
  return JsonObject{
      {"version", 1},
      {"run", card.run},
      {"recipe", card.recipe ? Json(*card.recipe) : Json(nullptr)},
      {"steps", card.steps},
      {"tokens", count(card.tokens)},
      {"finished", card.finished},
      {"loss", loss_json(card.loss)},
      {"balance", balance_json(card.balance)},
      {"specialisation", specialisation_json(card.specialisation)},
      {"time",
       JsonObject{
           {"tokens_per_second", value(card.tokens_per_second)},
           {"wall_seconds", value(card.wall_seconds)}}},
      {"layers", layers}};
}

}  // namespace moestro
