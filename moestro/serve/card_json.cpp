// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/card_json.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "moestro/diagnose/sentences.h"
#include "moestro/serve/doctor_json.h"

namespace moestro {
namespace {

Json value(const Figure& figure) {
  return figure ? Json(*figure) : Json(nullptr);
}

// Counts are whole numbers in JSON, too.
Json count(const Figure& figure) {
  constexpr double kMost = 0x1p63;
  return figure && std::abs(*figure) >= kMost ? Json(*figure)
         : figure ? Json(static_cast<int64_t>(std::llround(*figure)))
                  : Json(nullptr);
}

Json value(const Row& row) {
  return reading_of(*row.info).digits == 0 ? count(row.value)
                                           : value(row.value);
}

// Metrics that the contract promises, with underscores, under "balance".
constexpr std::array<std::string_view, 7> kBalance{
    "max-vio",
    "max-vio-floor",
    "dispersion",
    "effective-experts",
    "dead-experts",
    "min-load",
    "drop-rate"};

Json balance_json(const std::vector<Row>& rows) {
  JsonObject object;
  for (const auto name : kBalance) {
    std::string key(name);
    std::ranges::replace(key, '-', '_');
    const auto row = std::ranges::find(
        rows, name, [](const Row& r) { return r.info->name; });
    object.emplace_back(key, row == rows.end() ? Json(nullptr) : value(*row));
  }
  return object;
}

Json specialisation_json(const SpecialisationFigures& s) {
  return JsonObject{
      {"domain_mutual_information", value(s.domain_mutual_information)},
      {"shuffled", value(s.shuffled)},
      {"via_byte", value(s.via_byte)}};
}

Json loss_json(const LossFigures& l, const BaselineFacts& b) {
  return JsonObject{
      {"train_lm", value(l.train_lm)},
      {"valid_lm", value(l.valid_lm)},
      {"valid_bits_per_byte", value(l.valid_bits_per_byte)},
      {"baselines",
       JsonObject{
           {"order2_bits_per_byte", value(b.order2_bits_per_byte)},
           {"order3_bits_per_byte", value(b.order3_bits_per_byte)},
           {"zstd_bits_per_byte", value(b.zstd_bits_per_byte)}}}};
}

// Into three objects by metric: "metrics", "expected", "health".
void add_rows(JsonObject& object, const std::vector<Row>& rows) {
  JsonObject metrics, expected, health;
  for (const auto& row : rows) {
    const std::string name(row.info->name);
    metrics.emplace_back(name, value(row));
    if (row.expected) {
      expected.emplace_back(name, *row.expected);
    }
    if (row.health != Health::kUnknown) {
      health.emplace_back(name, name_of(row.health));
    }
  }
  object.emplace_back("metrics", std::move(metrics));
  object.emplace_back("expected", std::move(expected));
  object.emplace_back("health", std::move(health));
}

Json layer_json(const LayerCard& layer) {
  JsonObject object{{"layer", int64_t{layer.layer}}};
  if (!layer.routes()) {
    return object;
  }
  object.emplace_back("balance", balance_json(layer.rows));
  object.emplace_back(
      "specialisation", specialisation_json(layer.specialisation));
  add_rows(object, layer.rows);
  if (!layer.routing.empty()) {
    object.emplace_back("routing", layer.routing);
  }
  if (!layer.others.empty()) {
    JsonArray others;
    for (const auto& other : layer.others) {
      others.push_back(layer_json(other));
    }
    object.emplace_back("other_routings", std::move(others));
  }
  return object;
}

std::vector<Row> worst_rows(const Card& card) {
  std::vector<Row> rows;
  rows.reserve(card.worst.size());
  for (const auto& worst : card.worst) {
    rows.push_back(worst.row);
  }
  return rows;
}

Json sentences_json(const Card& card) {
  JsonArray list;
  for (const auto& [tone, text] : sentences(card)) {
    list.emplace_back(JsonObject{{"tone", name_of(tone)}, {"text", text}});
  }
  return list;
}

Json whole(const std::optional<int64_t>& number) {
  return number ? Json(*number) : Json(nullptr);
}

}  // namespace

Json to_json(const Card& card, const Examination& examination) {
  JsonArray layers;
  for (const auto& layer : card.layers) {
    layers.push_back(layer_json(layer));
  }
  JsonObject object{
      {"version", 1},
      {"run", card.run},
      {"recipe", card.facts.recipe ? Json(*card.facts.recipe) : Json(nullptr)},
      {"steps", card.steps},
      {"window", card.window},
      {"tokens", count(card.tokens)},
      {"parameters", whole(card.facts.parameters)},
      {"active_parameters", count(card.active_parameters)},
      {"experts_per_token", value(card.experts_per_token)},
      {"finished", card.facts.finished},
      {"loss", loss_json(card.loss, card.facts.baselines)},
      {"balance", balance_json(worst_rows(card))},
      {"specialisation", specialisation_json(card.specialisation)},
      {"time",
       JsonObject{
           {"tokens_per_second", value(card.tokens_per_second)},
           {"wall_seconds", value(card.wall_seconds)}}},
      {"layers", layers},
      {"sentences", sentences_json(card)},
      {"alarms", alarms_json(examination)},
      {"verdicts", verdicts_json(examination)}};
  add_rows(object, card.run_rows);
  return object;
}

}  // namespace moestro
