// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/live.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/text.h"
#include "moestro/serve/card_text.h"

namespace moestro {
namespace {

double share_of(const LiveState& state) {
  return state.steps > 0 ? static_cast<double>(state.step) /
                               static_cast<double>(state.steps)
                         : 0;
}

std::string head(const LiveState& state, const LiveView& view) {
  const auto steps = with_commas(state.step) + " / " + with_commas(state.steps);
  const auto left = state.step >= state.steps
                        ? std::string("done")
                        : clock_text(state.seconds_left) + " left";
  const auto right = "  step " + steps + "  " +
                     pad_left(amount(state.tokens_per_second), 6) +
                     " tokens/s  " + left;
  const auto frame = columns_of(right) + columns_of(state.name) + 1;
  const auto room = view.width > frame + 10 ? view.width - frame : 10;
  return paint(state.name, Ink::kBold, view.style) + " " +
         paint(
             progress_bar(share_of(state), std::min<size_t>(room, 40)),
             Ink::kAccent,
             view.style) +
         right + "\n";
}

std::string loss_row(const LiveState& state, Style style) {
  std::string row =
      "bits per byte " + fixed(state.bits_per_byte, 3) + "   valid ";
  const auto& valid = state.valid_bits_per_byte;
  const auto& baseline = state.baseline_bits_per_byte;
  const bool ahead = valid && baseline && *valid < *baseline;
  row += paint(number(valid, 3), ahead ? Ink::kGood : Ink::kNone, style);
  if (baseline) {
    row += " against " + fixed(*baseline, 3) + " of counting";
  }
  return row + "   lr " + shortest(std::round(state.lr * 1e6) / 1e6) + "\n";
}

// "MaxVio  0.31 of 0.28" with what chance shows behind it.
std::string row_text(const Row& row, Style style) {
  return "  " + paint(reading_of(*row.info).label, Ink::kFaint, style) + " " +
         paint(
             pad_left(text_of(*row.info, row.value), 4),
             ink_of(row.health),
             style) +
         (row.health != Health::kUnknown && row.expected
              ? paint(
                    " of " + pad_left(text_of(*row.info, row.expected), 4),
                    Ink::kFaint,
                    style)
              : "");
}

std::string layer_row(const LiveLayer& layer, const LiveView& view) {
  std::string figures;
  for (const auto& row : layer.rows) {
    figures += row_text(row, view.style);
  }
  const auto frame = columns_of(figures) + 5;
  const auto room = view.width > frame + 8 ? view.width - frame : size_t{8};
  return paint(
             pad_left(std::to_string(layer.layer), 3),
             Ink::kFaint,
             view.style) +
         "  " + load_bar(layer.loads, room, view.style) + figures + "\n";
}

// "  MaxVio 3.00 (layer 2, 0.08 by chance)": the layer where it is worst.
std::string worst_text(const LiveState& state, size_t r) {
  const auto beyond = [&](const LiveLayer& a, const LiveLayer& b) {
    return is_worse(a.rows[r], b.rows[r]);
  };
  const auto worst = std::ranges::min_element(state.layers, beyond);
  const auto& row = worst->rows[r];
  return "  " + std::string(reading_of(*row.info).label) + " " +
         text_of(*row.info, row.value) + " (layer " +
         std::to_string(worst->layer) +
         (row.expected && row.health != Health::kUnknown
              ? ", " + text_of(*row.info, row.expected) + " by chance"
              : "") +
         ")";
}

}  // namespace

std::string live_block(const LiveState& state, const LiveView& view) {
  auto block = head(state, view) + loss_row(state, view.style);
  for (const auto& layer : state.layers) {
    block += layer_row(layer, view);
  }
  return block;
}

std::string live_line(const LiveState& state) {
  auto line = "step " + std::to_string(state.step) + "/" +
              std::to_string(state.steps) + "  bits_per_byte " +
              fixed(state.bits_per_byte, 4) + "  valid " +
              number(state.valid_bits_per_byte, 4);
  for (size_t r = 0; !state.layers.empty() && r < state.layers[0].rows.size();
       ++r) {
    line += worst_text(state, r);
  }
  return line + "  lr " + shortest(std::round(state.lr * 1e6) / 1e6) + "  " +
         amount(state.tokens_per_second) + " tokens/s  " +
         clock_text(state.seconds_left) + " left";
}

}  // namespace moestro
