// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/card.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "moestro/base/text.h"
#include "moestro/metrics/load.h"

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

LossFigures read_loss(const RunReader& reader) {
  LossFigures loss{
      recent_mean(reader, "loss/lm"),
      last_of(reader, "valid/lm"),
      last_of(reader, "valid/bits_per_byte")};
  if (!loss.valid_bits_per_byte && loss.valid_lm) {
    loss.valid_bits_per_byte = *loss.valid_lm / std::numbers::ln2;
  }
  return loss;
}

SpecialisationFigures read_specialisation(
    const RunReader& reader, const LayerCard& layer) {
  const auto prefix = series_prefix(layer.layer, layer.routing);
  return {
      last_of(reader, prefix + "domain_mutual_information"),
      last_of(reader, prefix + "shuffled"),
      last_of(reader, prefix + "via_byte")};
}

// Reads layers one by one; what they share is made once.
class Layers {
 public:
  Layers(const RunReader& reader, const Registry& registry, Card& card)
      : reader_(reader), metrics_(make_metrics(registry)), card_(card) {}

  void read() {
    const auto routed = reader_.layers();
    auto count = std::ssize(card_.facts.layers);
    if (!routed.empty()) {
      count = std::max<int64_t>(count, routed.back() + 1);
    }
    card_.facts.layers.resize(static_cast<size_t>(count));
    card_.layers.resize(static_cast<size_t>(count));
    for (int32_t layer = 0; layer < count; ++layer) {
      card_.layers[static_cast<size_t>(layer)].layer = layer;
    }
    for (const auto layer : routed) {
      read_routings(card_.layers[static_cast<size_t>(layer)]);
    }
    sum_up();
  }

 private:
  // The first stands for the layer, further ones beside it.
  void read_routings(LayerCard& layer) {
    const auto names = reader_.routings(layer.layer);
    for (size_t i = 0; i < names.size(); ++i) {
      auto& card = i == 0 ? layer : layer.others.emplace_back();
      card.layer = layer.layer;
      card.routing = names[i];
      read(card);
    }
  }

  void read(LayerCard& layer) {
    const auto records =
        last_records(reader_, layer.layer, kWindow, layer.routing);
    if (records.empty()) {
      return;
    }
    const auto& facts = card_.facts.layers[static_cast<size_t>(layer.layer)];
    layer.experts = static_cast<int64_t>(metrics::experts_of(records.back()));
    layer.top_k = std::clamp<int64_t>(
        facts.top_k, 1, std::max<int64_t>(layer.experts, 1));
    layer.rows = judged_rows(
        metrics_, records, {layer.top_k, null_, facts.fixed_k, facts.device_E});
    layer.loads = mean_loads(records);
    layer.specialisation = read_specialisation(reader_, layer);
    card_.window = std::max<int64_t>(card_.window, std::ssize(records));
    count_experts(layer, facts, metrics::pairs_per_token(records));
  }

  void count_experts(
      const LayerCard& layer, const LayerFacts& facts, double per_token) {
    if (!std::isfinite(per_token)) {
      return;
    }
    known_ = known_ && facts.expert_parameters > 0;
    chosen_ += per_token;
    ++choosing_;
    idle_ += static_cast<double>(facts.expert_parameters) *
             (static_cast<double>(layer.experts) - per_token);
  }

  void sum_up() {
    if (choosing_ > 0) {
      card_.experts_per_token = chosen_ / choosing_;
    }
    const auto& facts = card_.facts;
    if (facts.active_parameters) {
      card_.active_parameters = static_cast<double>(*facts.active_parameters);
    }
    if (choosing_ > 0 && known_ && facts.parameters) {
      card_.active_parameters = static_cast<double>(*facts.parameters) - idle_;
    }
  }

  const RunReader& reader_;
  std::vector<MadeMetric> metrics_;
  Card& card_;
  NullTable null_;
  double chosen_ = 0, choosing_ = 0, idle_ = 0;
  bool known_ = true;  // what one expert costs, in each of these layers
};

void add_layer(std::vector<WorstRow>& worst, const LayerCard& layer) {
  for (size_t m = 0; m < layer.rows.size(); ++m) {
    const auto& row = layer.rows[m];
    const auto health = std::max(worst[m].row.health, row.health);
    if (is_worse(row, worst[m].row)) {
      worst[m] = {row, layer.layer};
    }
    worst[m].row.health = health;
  }
}

std::vector<WorstRow> worst_of(
    const std::vector<LayerCard>& layers, const Registry& registry) {
  std::vector<WorstRow> worst;
  for (const auto name : registry.names(Metric::kKind)) {
    worst.push_back({.row = {.info = &registry.at<Metric>(name).info}});
  }
  for (const auto& layer : layers) {
    add_layer(worst, layer);
    for (const auto& other : layer.others) {
      add_layer(worst, other);
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

std::vector<Row> read_run_rows(
    const RunReader& reader, const Registry& registry) {
  NullTable null;
  const auto records = last_records(reader, kRun, kWindow);
  return records.empty()
             ? std::vector<Row>()
             : judged_rows(run_metrics(registry), records, {1, null});
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

std::string label_of(const LayerCard& card) {
  return std::to_string(card.layer) +
         (card.routing.empty() ? "" : " " + card.routing);
}

std::vector<const LayerCard*> routings_of(const Card& card) {
  std::vector<const LayerCard*> all;
  // Not those that stopped before the window.
  const auto add = [&all](const LayerCard& routing) {
    if (routing.routes()) {
      all.push_back(&routing);
    }
  };
  for (const auto& layer : card.layers) {
    if (layer.routes()) {
      add(layer);
      std::ranges::for_each(layer.others, add);
    }
  }
  return all;
}

Card read_card(
    const RunReader& reader, const std::string& run, const Registry& registry) {
  Card card;
  card.run = run;
  card.facts = reader.facts();
  card.steps = reader.last_step();
  card.tokens = total_tokens(reader);
  card.loss = read_loss(reader);
  Layers(reader, registry, card).read();
  card.worst = worst_of(card.layers, registry);
  card.run_rows = read_run_rows(reader, registry);
  using S = SpecialisationFigures;
  card.specialisation = {
      mean_over_layers(card.layers, &S::domain_mutual_information),
      mean_over_layers(card.layers, &S::shuffled),
      mean_over_layers(card.layers, &S::via_byte)};
  const auto timing = read_time(reader, card.tokens);
  card.tokens_per_second = timing.tokens_per_second;
  card.wall_seconds = timing.wall_seconds;
  return card;
}

Card read_card(const std::filesystem::path& run_dir, const Registry& registry) {
  const RunReader reader((run_dir / "run.db").string());
  auto name = run_dir.filename();
  if (name.empty() || name == ".") {
    name = std::filesystem::weakly_canonical(run_dir).filename();
  }
  return read_card(reader, name.string(), registry);
}

}  // namespace moestro
