// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/terminal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "moestro/base/text.h"
#include "moestro/serve/verdict.h"

namespace moestro {
namespace {

constexpr size_t kScale = 40;     // characters of the longest loss bar
constexpr size_t kLoadBars = 56;  // characters of a row of experts

std::string heading(std::string_view text, Style style) {
  return "\n" + paint(text, Ink::kAccent, style) + "\n";
}

std::string title(const Card& card, Style style) {
  auto text = paint(card.run, Ink::kBold, style);
  text += "  " + card.recipe.value_or("–") + "  " + with_commas(card.steps) +
          " steps";
  text += card.finished ? "" : " (not finished)";
  text += "  " + amount(card.tokens) + " bytes  " + amount(card.parameters) +
          " parameters (" + amount(card.active_parameters) + " active)\n";
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

std::string loss_block(const LossFigures& loss, Style style) {
  const Figure train =
      loss.train_lm ? Figure(*loss.train_lm / std::log(2.0)) : Figure();
  const std::array<std::pair<std::string_view, Figure>, 5> rows{
      {{"this model", loss.valid_bits_per_byte},
       {"training", train},
       {"order 3 counts", loss.order3_bits_per_byte},
       {"zstd -19", loss.zstd_bits_per_byte},
       {"order 2 counts", loss.order2_bits_per_byte}}};
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

Ink vio_ink(const BalanceFigures& balance) {
  const auto expected = expected_max_vio(balance);
  if (!expected || !balance.max_vio) {
    return Ink::kNone;
  }
  if (*balance.max_vio <= 2 * *expected) {
    return Ink::kGood;
  }
  return *balance.max_vio <= 4 * *expected ? Ink::kWarn : Ink::kBad;
}

std::string count_text(const Figure& figure) {
  return figure ? std::to_string(std::llround(*figure)) : "–";
}

std::string layer_row(const LayerCard& layer, Style style) {
  auto text = pad_left(std::to_string(layer.layer), 5);
  if (!layer.balance) {
    return text + paint("   dense", Ink::kFaint, style) + "\n";
  }
  const auto& b = *layer.balance;
  const auto& s = layer.specialisation;
  text += paint(pad_left(number(b.max_vio, 2), 8), vio_ink(b), style);
  text += pad_left(number(b.max_vio_floor, 2), 7);
  text += pad_left(number(expected_max_vio(b), 2), 9);
  text += pad_left(
      number(b.effective_experts, 1) + "/" + std::to_string(layer.experts), 11);
  const bool dead = b.dead_experts.value_or(0) > 0;
  text += paint(
      pad_left(count_text(b.dead_experts), 6),
      dead ? Ink::kBad : Ink::kNone,
      style);
  text += pad_left(number(b.min_load, 2), 6);
  text += pad_left(percent(b.drop_rate, 1), 8);
  text += pad_left(number(s.domain_mutual_information, 3), 9);
  text += pad_left(number(s.shuffled, 3), 9);
  return text + "\n";
}

std::string layer_table(const Card& card, Style style) {
  auto text = heading("Balance, means over the last 100 steps", style);
  text += paint(
      "layer  MaxVio  floor  floor·√φ  effective  dead   min   drops   domain "
      "shuffled\n",
      Ink::kFaint,
      style);
  for (const auto& layer : card.layers) {
    text += layer_row(layer, style);
  }
  return text;
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
  auto text = title(card, style) + loss_block(card.loss, style);
  if (!card.layers.empty()) {
    text += layer_table(card, style) + load_rows(card, style);
  }
  text += heading("In short", style);
  for (const auto& sentence : verdicts(card)) {
    text += sentence_row(sentence, style);
  }
  return text;
}

}  // namespace moestro
