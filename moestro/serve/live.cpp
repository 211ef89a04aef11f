// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/live.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "moestro/base/text.h"

namespace moestro {
namespace {

// "  0  ▄▄▅▃  " on the left and the numbers on the right of a layer's bar.
constexpr size_t kRowFrame = 40;

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
  const double bits = state.lm_loss / std::numbers::ln2;
  std::string row = "loss " + fixed(state.lm_loss, 3) + " (" + fixed(bits, 3) +
                    " bits/byte)   valid ";
  const auto& valid = state.valid_bits_per_byte;
  const auto& baseline = state.baseline_bits_per_byte;
  const bool ahead = valid && baseline && *valid < *baseline;
  row += paint(number(valid, 3), ahead ? Ink::kGood : Ink::kNone, style);
  if (baseline) {
    row += " against " + fixed(*baseline, 3) + " of counting";
  }
  return row + "   lr " + shortest(std::round(state.lr * 1e6) / 1e6) + "\n";
}

// Balanced routing of tokens this much alike would show the limit.
Ink vio_ink(const LiveLayer& layer) {
  if (!layer.floor) {
    return Ink::kNone;
  }
  const double limit =
      *layer.floor * std::sqrt(std::max(layer.dispersion.value_or(1), 1.0));
  if (layer.max_vio <= 2 * limit) {
    return Ink::kGood;
  }
  return layer.max_vio <= 4 * limit ? Ink::kWarn : Ink::kBad;
}

std::string layer_row(const LiveLayer& layer, const LiveView& view) {
  const auto room =
      view.width > kRowFrame + 8 ? view.width - kRowFrame : size_t{8};
  return paint(
             pad_left(std::to_string(layer.layer), 3),
             Ink::kFaint,
             view.style) +
         "  " + load_bar(layer.loads, room, view.style) + "  MaxVio " +
         paint(
             pad_left(fixed(layer.max_vio, 2), 5), vio_ink(layer), view.style) +
         paint(
             "  floor " + pad_left(number(layer.floor, 2), 4) + "  φ " +
                 pad_left(number(layer.dispersion, 1), 4),
             Ink::kFaint,
             view.style) +
         "\n";
}

const LiveLayer* worst_of(const LiveState& state) {
  const auto it = std::max_element(
      state.layers.begin(), state.layers.end(), [](auto& a, auto& b) {
        return a.max_vio < b.max_vio;
      });
  return it == state.layers.end() ? nullptr : &*it;
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
              std::to_string(state.steps) + "  loss " +
              fixed(state.lm_loss, 4) + "  valid_bits " +
              number(state.valid_bits_per_byte, 4);
  if (const auto* worst = worst_of(state)) {
    line += "  max_vio " + fixed(worst->max_vio, 2) + " (layer " +
            std::to_string(worst->layer) + ", floor " +
            number(worst->floor, 2) + ")";
  }
  return line + "  lr " + shortest(std::round(state.lr * 1e6) / 1e6) + "  " +
         amount(state.tokens_per_second) + " tokens/s  " +
         clock_text(state.seconds_left) + " left";
}

}  // namespace moestro
