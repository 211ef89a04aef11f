// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/terminal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "moestro/base/text.h"
#include "moestro/diagnose/sentences.h"
#include "moestro/serve/card_text.h"

namespace moestro {
namespace {

constexpr size_t kScale = 40;     // characters of the longest loss bar
constexpr size_t kLoadBars = 56;  // characters of a row of experts

std::string heading(std::string_view text, Style style) {
  return "\n" + paint(text, Ink::kAccent, style) + "\n";
}

std::string title(const Card& card, Style style) {
  auto text = paint(visible(card.run), Ink::kBold, style);
  text += "  " + visible(card.facts.recipe.value_or("–")) + "  " +
          with_commas(card.steps) + " steps";
  text += card.facts.finished ? "" : " (not finished)";
  text += "  " + amount(card.tokens) + " bytes  " + size_text(card) + "\n";
  if (card.wall_seconds) {
    text += paint(
        clock_text(*card.wall_seconds) + " at " +
            amount(card.tokens_per_second) + " tokens/s\n",
        Ink::kFaint,
        style);
  }
  return text;
}

std::string loss_row(
    std::string_view name,
    const Figure& bits,
    double longest,
    Ink ink,
    Style style) {
  const double share = bits && longest > 0 ? *bits / longest : 0;
  return "  " + pad_right(std::string(name), 16) +
         pad_left(number(bits, 3), 7) + "  " +
         paint(progress_bar(share, kScale), ink, style) + "\n";
}

std::string loss_block(
    const LossFigures& loss, const BaselineFacts& baselines, Style style) {
  const Figure train =
      loss.train_lm ? Figure(*loss.train_lm / std::log(2.0)) : Figure();
  const std::array<std::pair<std::string_view, Figure>, 5> rows{
      {{"this model", loss.valid_bits_per_byte},
       {"training", train},
       {"order 3 counts", baselines.order3_bits_per_byte},
       {"zstd -19", baselines.zstd_bits_per_byte},
       {"order 2 counts", baselines.order2_bits_per_byte}}};
  double longest = 0;
  for (const auto& row : rows) {
    longest = std::max(longest, row.second.value_or(0));
  }
  auto text = heading("Loss, bits per byte", style);
  for (const auto& [name, bits] : rows) {
    const auto ink = &name == &rows[0].first ? Ink::kGood : Ink::kFaint;
    text += loss_row(name, bits, longest, ink, style);
  }
  return text;
}

// What a token of somebody else's is to a byte, nobody knows.
std::string imported_loss(const LossFigures& loss, Style style) {
  return heading("Loss, nats per token", style) +
         loss_row("training", loss.train_lm, 0, Ink::kFaint, style);
}

// Wider tables do not fit a terminal: then the worst layer stands for all.
constexpr size_t kMostLayers = 6;

std::string table_head(
    const std::vector<const LayerCard*>& columns, Style style) {
  std::string text = pad_right("", 20) + pad_left("by chance", 10);
  for (const auto* layer : columns) {
    text += " " + pad_left("layer " + visible(label_of(*layer)), 8);
  }
  text += columns.empty() ? pad_left("worst", 9) + "  in layer" : "";
  return paint(text, Ink::kFaint, style) + "\n";
}

std::string value_cell(const Row& row, Style style) {
  return paint(
      pad_left(text_of(*row.info, row.value), 9), ink_of(row.health), style);
}

std::string metric_row(
    const Card& card,
    size_t m,
    const std::vector<const LayerCard*>& columns,
    Style style) {
  const auto& worst = card.worst[m];
  const auto& info = *worst.row.info;
  auto text =
      "  " + pad_right(std::string(reading_of(info).label), 18) +
      paint(
          pad_left(text_of(info, worst.row.expected), 10), Ink::kFaint, style);
  for (const auto* layer : columns) {
    text += value_cell(layer->rows[m], style);
  }
  if (columns.empty()) {
    text += value_cell(worst.row, style) + "  " + std::to_string(worst.layer);
  }
  return text + "\n";
}

std::string metric_table(const Card& card, Style style) {
  auto layers = routings_of(card);
  if (layers.empty()) {
    return {};
  }
  auto text = heading(
      "Routing, means over the last " + std::to_string(card.window) + " steps",
      style);
  if (layers.size() > kMostLayers) {
    layers.clear();
  }
  text += table_head(layers, style);
  for (size_t m = 0; m < card.worst.size(); ++m) {
    if (card.worst[m].row.value) {
      text += metric_row(card, m, layers, style);
    }
  }
  return text;
}

std::string run_rows(const Card& card, Style style) {
  std::string rows;
  for (const auto& row : card.run_rows) {
    if (row.value) {
      rows += "  " + pad_right(std::string(reading_of(*row.info).label), 18) +
              paint(
                  pad_left(text_of(*row.info, row.expected), 10),
                  Ink::kFaint,
                  style) +
              value_cell(row, style) + "\n";
    }
  }
  return rows.empty() ? rows
                      : heading("The whole run, the same steps", style) + rows;
}

std::string domain_rows(const Card& card, Style style) {
  std::string rows;
  for (const auto& layer : card.layers) {
    const auto& s = layer.specialisation;
    if (s.domain_mutual_information) {
      rows += pad_left(std::to_string(layer.layer), 5) +
              pad_left(number(s.domain_mutual_information, 3), 10) +
              pad_left(number(s.shuffled, 3), 11) +
              pad_left(number(s.via_byte, 3), 15) + "\n";
    }
  }
  if (rows.empty()) {
    return rows;
  }
  return heading("What an expert tells about the domain, nats", style) +
         paint(
             "layer  measured   shuffled  through bytes\n",
             Ink::kFaint,
             style) +
         rows;
}

std::string load_rows(const Card& card, Style style) {
  std::string rows;
  for (const auto& layer : card.layers) {
    if (!layer.loads.empty()) {
      rows += pad_left(std::to_string(layer.layer), 5) + "  " +
              load_bar(layer.loads, kLoadBars, style) + "\n";
    }
  }
  if (rows.empty()) {
    return rows;
  }
  return heading(
             "Load of each expert (▄ = the mean, █ = twice, · = dead)", style) +
         rows;
}

std::string sentence_row(const Sentence& sentence, Style style) {
  constexpr std::array<std::pair<std::string_view, Ink>, 4> kMarks{
      {{"✓", Ink::kGood},
       {"·", Ink::kNone},
       {"!", Ink::kWarn},
       {"✗", Ink::kBad}}};
  const auto& [mark, ink] = kMarks[static_cast<size_t>(sentence.tone)];
  return "  " + paint(mark, ink, style) + " " + sentence.text + "\n";
}

}  // namespace

std::string terminal_card(const Card& card, Style style) {
  auto text =
      title(card, style) +
      (card.facts.origin ? imported_loss(card.loss, style)
                         : loss_block(card.loss, card.facts.baselines, style)) +
      metric_table(card, style) + run_rows(card, style) +
      load_rows(card, style) + domain_rows(card, style);
  text += heading("In short", style);
  for (const auto& sentence : sentences(card)) {
    text += sentence_row(sentence, style);
  }
  return text;
}

}  // namespace moestro
