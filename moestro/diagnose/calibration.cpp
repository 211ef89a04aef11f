// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/calibration.h"

#include <algorithm>

#include "moestro/diagnose/watch.h"
#include "moestro/stats/balance_test.h"

namespace moestro {
namespace {

constexpr double kNaive = 0.01;
constexpr int64_t kHealthy = 1000, kPatience = 2000;

struct Shape {
  int64_t experts, top_k, tokens;
};
constexpr Shape kShapes[] = {
    {8, 2, 1024}, {64, 8, 4096}, {64, 1, 256}, {256, 8, 16384}};

struct Text {
  double phi, topics;
};
constexpr Text kTexts[] = {
    {1, 0},
    {1, 0.5},
    {1, 0.9},
    {2, 0},
    {2, 0.5},
    {2, 0.9},
    {9, 0},
    {9, 0.5},
    {9, 0.9},
    {31, 0},
    {31, 0.5},
    {31, 0.9}};

// A warning or a page of layer 0 among those that are new.
bool is_seen(Watch& watch) {
  return std::ranges::any_of(watch.take_news(), [](const AlarmEntry& alarm) {
    return alarm.layer == 0 && alarm.level >= Level::kWarn;
  });
}

RunFacts facts_of(const NullStream& stream) {
  RunFacts facts;
  for (int64_t l = 0; l < stream.layers; ++l) {
    facts.layers.push_back(
        {.kind = "routed", .experts = stream.experts, .top_k = stream.top_k});
  }
  return facts;
}

bool cries_wolf(const LayerRecord& layer, int64_t top_k) {
  return balance_p_value(layer.counts.demand, top_k, /*phi=*/1) < kNaive;
}

// A run that goes on for ever.
class NullRun {
 public:
  explicit NullRun(const NullStream& stream) {
    for (int64_t l = 0; l < stream.layers; ++l) {
      layers_.emplace_back(stream, static_cast<int32_t>(l));
    }
  }

  [[nodiscard]] StepRecord next() {
    StepRecord record{.step = ++step_};
    for (auto& layer : layers_) {
      record.layers.push_back(layer.next());
    }
    return record;
  }
  [[nodiscard]] NullLayer& layer(size_t l) { return layers_[l]; }

 private:
  std::vector<NullLayer> layers_;
  int64_t step_ = 0;
};

Tally tally(const Watch& watch) {
  Tally seen;
  for (const auto& alarm : watch.alarms()) {
    if (alarm.level == Level::kWarn) {
      ++seen.warnings[alarm.id];
    } else if (alarm.level == Level::kPage) {
      ++seen.pages[alarm.id];
    }
  }
  return seen;
}

}  // namespace

void Tally::add(const Tally& other) {
  for (const auto& [rule, count] : other.warnings) {
    warnings[rule] += count;
  }
  for (const auto& [rule, count] : other.pages) {
    pages[rule] += count;
  }
}

std::vector<NullCell> null_cells(int64_t steps, uint64_t seed) {
  std::vector<NullCell> cells;
  for (const auto& shape : kShapes) {
    for (const auto& text : kTexts) {
      cells.push_back(
          {.stream =
               {.layers = 2,
                .experts = shape.experts,
                .top_k = shape.top_k,
                .tokens = shape.tokens,
                .phi = text.phi,
                .topics = text.topics,
                .wander = 0.05,
                .seed = seed + cells.size()},
           .steps = steps});
    }
  }
  return cells;
}

CellResult calibrate(
    const NullCell& cell,
    const Registry& registry,
    std::span<const WatchOptions> options) {
  std::vector<Watch> watches;
  for (const auto& one : options) {
    watches.emplace_back(registry, one, facts_of(cell.stream));
  }
  NullRun run(cell.stream);
  CellResult result{.cell = cell};
  for (int64_t i = 0; i < cell.steps; ++i) {
    const auto record = run.next();
    for (const auto& layer : record.layers) {
      result.naive += cries_wolf(layer, cell.stream.top_k) ? 1 : 0;
    }
    for (auto& watch : watches) {
      watch.step(record);
    }
  }
  result.naive /= cell.stream_steps();
  std::ranges::transform(watches, std::back_inserter(result.seen), tally);
  return result;
}

Tally calibrate(
    BlockRun run,
    int64_t steps,
    const Registry& registry,
    const WatchOptions& options) {
  Watch watch(registry, options, run.facts());
  for (int64_t i = 0; i < steps; ++i) {
    watch.step(run.next());
  }
  return tally(watch);
}

int64_t delay(
    const NullStream& stream,
    double factor,
    const Registry& registry,
    const WatchOptions& options) {
  Watch watch(registry, options, facts_of(stream));
  NullRun run(stream);
  for (int64_t i = 0; i < kHealthy; ++i) {
    watch.step(run.next());
  }
  (void)watch.take_news();
  run.layer(0).favour(0, factor);
  for (int64_t i = 1; i <= kPatience; ++i) {
    watch.step(run.next());
    if (is_seen(watch)) {
      return i;
    }
  }
  return -1;
}

}  // namespace moestro
