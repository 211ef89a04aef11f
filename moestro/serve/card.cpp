// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/card.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <utility>

#include "moestro/base/text.h"
#include "moestro/metrics/load.h"
#include "moestro/metrics/window.h"

namespace moestro {
namespace {

constexpr int64_t kWindow = 100;  // steps
// A longer gap between two steps is a pause of the run, not work.
constexpr double kLongestGap = 60;

Figure figure(double value) {
  return std::isfinite(value) ? Figure(value) : Figure();
}

Figure last_of(const RunReader& reader, std::string_view series) {
  const auto points = reader.scalar(series);
  return points.empty() ? Figure() : figure(points.back().value);
}

Figure recent_mean(const RunReader& reader, std::string_view series) {
  const auto points = reader.scalar(series);
  const auto first = std::max<int64_t>(0, std::ssize(points) - kWindow);
  double sum = 0, count = 0;
  for (auto it = points.begin() + first; it != points.end(); ++it) {
    if (std::isfinite(it->value)) {
      sum += it->value;
      ++count;
    }
  }
  return count > 0 ? Figure(sum / count) : Figure();
}

Figure fact_number(const RunReader& reader, const std::string& key) {
  const auto text = reader.fact(key);
  double value = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), value).ec !=
          std::errc()) {
    return {};
  }
  return figure(value);
}

std::string layer_key(int32_t layer) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d", layer);
  return text;
}

LossFigures read_loss(const RunReader& reader) {
  LossFigures loss{
      recent_mean(reader, "loss/lm"),
      last_of(reader, "valid/lm"),
      last_of(reader, "valid/bits_per_byte"),
      fact_number(reader, "baseline/order2_bits_per_byte"),
      fact_number(reader, "baseline/order3_bits_per_byte"),
      fact_number(reader, "baseline/zstd_bits_per_byte")};
  if (!loss.valid_bits_per_byte && loss.valid_lm) {
    loss.valid_bits_per_byte = *loss.valid_lm / std::numbers::ln2;
  }
  return loss;
}

BalanceFigures figures_of(const BalanceWindow& window) {
  return {
      figure(window.max_vio),
      figure(window.floor),
      figure(window.dispersion),
      figure(window.effective_experts),
      static_cast<double>(window.dead_experts),
      figure(window.min_load),
      figure(window.drop_rate)};
}

LayerCard read_layer(const RunReader& reader, int32_t layer, NullTable& null) {
  const auto key = layer_key(layer);
  LayerCard card;
  card.layer = layer;
  const auto records = last_records(reader, layer, kWindow);
  if (records.empty()) {
    return card;
  }
  card.experts = static_cast<int64_t>(metrics::experts_of(records.back()));
  card.top_k =
      static_cast<int64_t>(fact_number(reader, "top_k/" + key).value_or(1));
  const auto window = balance_window(records, {card.top_k, null});
  card.balance = figures_of(window);
  card.loads = window.load_E;
  const auto prefix = "layer/" + key + "/";
  card.specialisation = {
      last_of(reader, prefix + "domain_mutual_information"),
      last_of(reader, prefix + "shuffled"),
      last_of(reader, prefix + "via_byte")};
  return card;
}

std::vector<LayerCard> read_layers(const RunReader& reader) {
  const auto routed = reader.layers();
  auto count = static_cast<int32_t>(fact_number(reader, "layers").value_or(0));
  if (!routed.empty()) {
    count = std::max(count, routed.back() + 1);
  }
  NullTable null;
  std::vector<LayerCard> layers;
  for (int32_t layer = 0; layer < count; ++layer) {
    const bool routes = std::binary_search(routed.begin(), routed.end(), layer);
    LayerCard dense;
    dense.layer = layer;
    layers.push_back(routes ? read_layer(reader, layer, null) : dense);
  }
  return layers;
}

enum class Worst { kLargest, kSmallest };

Figure worse(const Figure& a, const Figure& b, Worst which) {
  if (!a || !b) {
    return a ? a : b;
  }
  return which == Worst::kLargest ? std::max(*a, *b) : std::min(*a, *b);
}

BalanceFigures worst_of(const std::vector<LayerCard>& layers) {
  using B = BalanceFigures;
  BalanceFigures worst;
  for (const auto& layer : layers) {
    if (!layer.balance) {
      continue;
    }
    for (const auto member :
         {&B::max_vio,
          &B::max_vio_floor,
          &B::dispersion,
          &B::dead_experts,
          &B::drop_rate}) {
      worst.*member =
          worse(worst.*member, (*layer.balance).*member, Worst::kLargest);
    }
    for (const auto member : {&B::effective_experts, &B::min_load}) {
      worst.*member =
          worse(worst.*member, (*layer.balance).*member, Worst::kSmallest);
    }
  }
  return worst;
}

// Layer 0 sees little but the byte itself, so it does not count.
Figure mean_over_layers(
    const std::vector<LayerCard>& layers,
    Figure SpecialisationFigures::* member) {
  double sum = 0, count = 0;
  for (const auto& layer : layers) {
    const auto& value = layer.specialisation.*member;
    if (layer.layer >= 1 && value) {
      sum += *value;
      ++count;
    }
  }
  return count > 0 ? Figure(sum / count) : Figure();
}

Figure total_tokens(const RunReader& reader) {
  const auto points = reader.scalar("tokens");
  double sum = 0;
  for (const auto& point : points) {
    sum += std::isfinite(point.value) ? point.value : 0;
  }
  return points.empty() ? Figure() : Figure(sum);
}

struct Timing {
  Figure tokens_per_second, wall_seconds;
};

Timing read_time(const RunReader& reader, const Figure& tokens) {
  const auto clocks = reader.clocks();
  double elapsed = 0, stepping = 0;
  for (size_t i = 0; i < clocks.size(); ++i) {
    const double own = clocks[i].step_seconds;
    const double gap =
        i > 0 ? clocks[i].wall_seconds - clocks[i - 1].wall_seconds : own;
    elapsed += gap >= own && gap <= own + kLongestGap ? gap : own;
    stepping += own;
  }
  if (!(stepping > 0)) {
    return {};
  }
  return {tokens ? Figure(*tokens / stepping) : Figure(), elapsed};
}

}  // namespace

Card read_card(const RunReader& reader, const std::string& run) {
  Card card;
  card.run = run;
  card.recipe = reader.fact("recipe");
  card.steps = reader.last_step();
  card.planned_steps = fact_number(reader, "steps");
  card.tokens = total_tokens(reader);
  card.parameters = fact_number(reader, "parameters");
  card.active_parameters = fact_number(reader, "active_parameters");
  const auto finished = reader.fact("finished").value_or("false");
  card.finished = finished != "false" && finished != "0";
  card.loss = read_loss(reader);
  card.layers = read_layers(reader);
  card.balance = worst_of(card.layers);
  using S = SpecialisationFigures;
  card.specialisation = {
      mean_over_layers(card.layers, &S::domain_mutual_information),
      mean_over_layers(card.layers, &S::shuffled),
      mean_over_layers(card.layers, &S::via_byte)};
  const auto domains = reader.fact("domains").value_or("");
  for (const auto name : split(domains)) {
    card.domains.emplace_back(name);
  }
  const auto timing = read_time(reader, card.tokens);
  card.tokens_per_second = timing.tokens_per_second;
  card.wall_seconds = timing.wall_seconds;
  return card;
}

Card read_card(const std::filesystem::path& run_dir) {
  const RunReader reader((run_dir / "run.db").string());
  auto name = run_dir.filename();
  if (name.empty() || name == ".") {
    name = std::filesystem::weakly_canonical(run_dir).filename();
  }
  return read_card(reader, name.string());
}

}  // namespace moestro
