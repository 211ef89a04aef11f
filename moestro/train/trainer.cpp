// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/trainer.h"

#include <optional>

#include <ATen/Parallel.h>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/record/durable.h"
#include "moestro/record/store.h"
#include "moestro/train/data/baselines.h"
#include "moestro/train/evaluate.h"
#include "moestro/train/measure.h"
#include "moestro/train/restore.h"
#include "moestro/train/step.h"

namespace moestro {
namespace {

constexpr int kFailedCheckpoints = 3;

int64_t count_parameters(Part& model) {
  int64_t count = 0;
  model.tensors([&count](const NamedTensor& t) { count += t.value.numel(); });
  return count;
}

// Of one expert of a layer.
int64_t count_expert(Part& layer, int64_t experts) {
  int64_t count = 0;
  layer.tensors([&](const NamedTensor& t) {
    if (t.role == Role::kExperts && t.expert_dim) {
      count += t.value.numel() / experts;
    }
  });
  return count;
}

std::vector<LayerFacts> layer_facts(
    const Config& config, const Registry& registry, TrainState& state) {
  std::vector<LayerFacts> layers;
  for (size_t l = 0; l < config.layers.size(); ++l) {
    const auto& moe = config.layers[l].moe;
    LayerFacts facts{.kind = std::string(moe.layer)};
    if (routes(registry, config.layers[l])) {
      facts.experts = moe.experts;
      facts.top_k = moe.top_k;
      facts.fixed_k =
          registry.at<Select>(moe.select).info.offers.has(Trait::kFixedK);
      facts.expert_parameters =
          count_expert(state.layers.layer(l), moe.experts);
    }
    layers.push_back(std::move(facts));
  }
  return layers;
}

// Without the experts that a token does not visit.
int64_t active_of(int64_t parameters, const std::vector<LayerFacts>& layers) {
  for (const auto& layer : layers) {
    parameters -= layer.expert_parameters * (layer.experts - layer.top_k);
  }
  return parameters;
}

class Loop {
 public:
  Loop(
      const RunFolder& run,
      const Config& config,
      const Registry& registry,
      const Observer& observer)
      : run_(run),
        config_(config),
        registry_(registry),
        observer_(observer),
        toml_(config.toml(registry)),
        data_(
            open_dataset(std::string(config.data.path), config.model.context)),
        windows_(data_.valid(config.train.eval_windows)),
        domains_(data_.domain_names()) {}

  TrainResult go(TrainState& state) {
    RunWriter store(run_.store().string(), state.step);
    store.put_facts(facts_of(state));
    wall_ = wall_before(state.step);
    store.add_event(state.step, state.step == 0 ? "started" : "resumed", "");
    Stepper stepper(config_, data_, state, watch_);
    while (state.step < config_.train.steps) {
      const auto result = one_step(state, stepper, store);
      if (result) {
        return *result;
      }
    }
    finish(state, store);
    return {.ending = Ending::kFinished, .step = state.step};
  }

 private:
  std::optional<TrainResult> one_step(
      TrainState& state, Stepper& stepper, RunWriter& store) {
    std::optional<WeightMeasure> measure;
    if (due(state.step + 1, config_.train.probe_every)) {
      measure.emplace(state);
    }
    auto outcome = stepper.run();
    if (measure) {
      measure->add_to(outcome.record, state);
    }
    watch_.mark("measuring");
    if (!outcome.refused.empty()) {
      store.add_event(state.step, "skipped", outcome.refused);
      observer_.say(
          "step " + std::to_string(state.step) +
          " skipped: " + outcome.refused);
    }
    if (due(state.step, config_.train.eval_every)) {
      assess(state, store);
    }
    watch_.mark("evaluation");
    record(outcome.record, store);
    if (state.guard.bad_in_a_row >=
        static_cast<double>(config_.train.max_bad_steps)) {
      store.add_event(state.step, "stopped", outcome.refused);
      return TrainResult{
          Ending::kNumeric, state.step, "stopped: " + outcome.refused};
    }
    return after_step(state, store);
  }

  std::optional<TrainResult> after_step(TrainState& state, RunWriter& store) {
    const int signal = observer_.stop();
    const bool last = state.step == config_.train.steps;
    if (signal != 0 || last ||
        state.step % config_.train.checkpoint_every == 0) {
      checkpoint(state, store);
    }
    if (signal == 0 || last) {
      return std::nullopt;
    }
    store.add_event(state.step, "interrupted", "");
    return TrainResult{
        Ending::kSignal, state.step, "stopped by a signal", signal};
  }

  [[nodiscard]] bool due(int64_t step, int64_t every) const {
    return every > 0 && (step % every == 0 || step == config_.train.steps);
  }

  void assess(TrainState& state, RunWriter& store) {
    const auto series = evaluate(config_, state, windows_, domains_);
    for (const auto& [name, value] : series) {
      if (name == "valid/bits_per_byte") {
        valid_bits_ = value;
      }
    }
    store.add_evaluation(state.step, series);
  }

  void record(const StepRecord& record, RunWriter& store) {
    const auto phases = watch_.take();
    double seconds = 0;
    for (const auto& [phase, passed] : phases) {
      seconds += passed;
    }
    wall_ += seconds;
    observer_.step(
        {.record = record,
         .num_steps = config_.train.steps,
         .seconds = seconds,
         .valid_bits_per_byte = valid_bits_});
    store.add_clock(record.step, wall_, seconds);
    store.add_phase_clock(record.step, phases);
    store.add(record);
    watch_.mark("recording");
  }

  // A failed checkpoint leaves the earlier ones as they were; training goes on,
  // because the fault may pass, but not for ever.
  void checkpoint(TrainState& state, RunWriter& store) {
    try {
      store.flush();
      write_checkpoint(
          run_.checkpoints(), state.step, state.save(), state.facts(toml_));
      tidy_checkpoints(run_.checkpoints(), config_.train.keep_checkpoints);
      failed_checkpoints_ = 0;
    } catch (const StorageError& failure) {
      if (++failed_checkpoints_ >= kFailedCheckpoints) {
        throw;
      }
      observer_.say(
          "checkpoint at step " + std::to_string(state.step) +
          " failed: " + failure.what() + "; training goes on");
    }
    watch_.mark("checkpoint");
  }

  // Seconds that the run had taken when it stopped.
  [[nodiscard]] double wall_before(int64_t step) const {
    double wall = 0;
    for (const auto& clock : RunReader(run_.store().string()).clocks()) {
      wall = clock.step <= step ? clock.wall_seconds : wall;
    }
    return wall;
  }

  [[nodiscard]] RunFacts facts_of(TrainState& state) const {
    const auto parameters = count_parameters(state.model);
    auto layers = layer_facts(config_, registry_, state);
    return {
        .recipe = std::string(config_.moe.recipe),
        .steps = config_.train.steps,
        .seed = config_.train.seed,
        .threads = config_.train.threads,
        .layers = layers,
        .domains = domains_,
        .parameters = parameters,
        .active_parameters = active_of(parameters, layers),
        .config = toml_};
  }

  void finish(TrainState& state, RunWriter& store) {
    const auto b = measure_baselines(data_, windows_);
    auto facts = facts_of(state);
    facts.baselines = {
        b.order2_bits_per_byte, b.order3_bits_per_byte, b.zstd_bits_per_byte};
    facts.finished = true;
    store.put_facts(facts);
    store.add_event(state.step, "finished", "");
    store.flush();
  }

  const RunFolder& run_;
  const Config& config_;
  const Registry& registry_;
  const Observer& observer_;
  std::string toml_;
  Dataset data_;
  std::vector<Window> windows_;
  std::vector<std::string> domains_;
  Stopwatch watch_;
  double wall_ = 0, valid_bits_ = 0;
  int failed_checkpoints_ = 0;
};

}  // namespace

void check_config(const Config& config, const Registry& registry) {
  const TrainState state(config, registry);
}

Config with_threads(Config config) {
  if (config.train.threads == 0) {
    config.train.threads = at::get_num_threads();
  }
  return config;
}

TrainResult start_run(
    const RunFolder& run,
    const Config& config,
    const Registry& registry,
    const Observer& observer) {
  at::set_num_threads(static_cast<int>(config.train.threads));
  for (const auto& note : config.notes) {
    observer.say(note);
  }
  // What can be refused is refused before the folder exists.
  Loop loop(run, config, registry, observer);
  TrainState state(config, registry);
  create_run(run, config.toml(registry));
  const FolderLock lock(run.path);
  return loop.go(state);
}

TrainResult resume_run(
    const RunFolder& run, const Registry& registry, const Observer& observer) {
  const auto config = read_run_config(run, registry);
  const FolderLock lock(run.path);
  at::set_num_threads(static_cast<int>(config.train.threads));
  remove_unfinished(run.checkpoints());
  const auto state = restore(run, config, registry, observer.say);
  if (state->step == 0) {
    observer.say("no finished checkpoint: starting at step 0");
  }
  Loop loop(run, config, registry, observer);
  return loop.go(*state);
}

}  // namespace moestro
