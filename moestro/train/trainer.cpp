// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/trainer.h"

#include <optional>

#include <ATen/Parallel.h>

#include "moestro/base/text.h"
#include "moestro/train/bits.h"
#include "moestro/train/data/baselines.h"
#include "moestro/train/evaluate.h"
#include "moestro/train/measure.h"
#include "moestro/train/memory.h"
#include "moestro/train/prober.h"
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

void say_to(const Company& company, const std::string& line) {
  for (auto* sink : company.sinks) {
    sink->say(line);
  }
}

// False when it was there before, such as an empty one of the user's.
bool make_folder(const RunFolder& run) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(run.path, error);
  if (error) {
    fail_storage(
        "cannot create the run folder " + run.path.string() + ": " +
            error.message(),
        run.path.string());
  }
  return made;
}

void abandon(const RunFolder& run, const Company& company, bool made) {
  for (auto* sink : company.sinks) {
    sink->abandon();
  }
  std::error_code ignored;
  for (const auto& path :
       {run.checkpoints(), run.config(), run.path / "lock"}) {
    std::filesystem::remove_all(path, ignored);
  }
  if (made) {
    std::filesystem::remove(run.path, ignored);
  }
}

void explain_memory(const std::exception& error, const Config& config) {
  if (is_out_of_memory(error)) {
    throw Error(
        "out of memory in the first step; lower train.micro_batch (a divisor "
        "of train.batch = " +
        std::to_string(config.train.batch) +
        "), model.context, model.dim or moe.hidden");
  }
}

// What differs here from what the run was saved with; empty for nothing.
std::string bits_note(const SavedRun& saved) {
  if (!saved.checkpoint) {
    return {};
  }
  const auto lines =
      other_bits(saved.checkpoint->manifest.facts.bits, bits_here());
  return join({lines.begin(), lines.end()}, "; ");
}

class Loop {
 public:
  Loop(
      const RunFolder& run,
      const Config& config,
      const Registry& registry,
      const Company& company)
      : run_(run),
        config_(config),
        registry_(registry),
        company_(company),
        toml_(config.toml(registry)),
        shelf_(
            run.checkpoints(),
            config.train.keep_checkpoints,
            config.conductor.mode == "auto" ? config.train.checkpoint_every
                                            : 0),
        data_(
            open_dataset(std::string(config.data.path), config.model.context)),
        windows_(data_.valid(config.train.eval_windows)),
        domains_(data_.domain_names()) {}

  TrainResult go(
      TrainState& state, const FolderLock& lock, const std::string& note = "") {
    lock_ = &lock;
    const auto facts = facts_of(state);
    each([&](RunSink& sink) { sink.begin(facts, state.step); });
    event(state.step == 0 ? "started" : "resumed", state);
    if (!note.empty()) {
      event("other-bits", state, note);
    }
    if (state.evaluation_due) {
      assess(state);
    }
    for (auto* hand : company_.hands) {
      hand->begin([this, &state] { return checkpoint(state); });
    }
    Stepper stepper(config_, data_, state, watch_, company_.hands);
    Prober prober(config_, state, data_);
    while (state.step < config_.train.steps) {
      const auto result = one_step(state, stepper, prober);
      if (result) {
        return *result;
      }
    }
    return finish(state);
  }

 private:
  template <class Tell>
  void each(Tell tell) {
    for (auto* sink : company_.sinks) {
      tell(*sink);
    }
  }

  void event(
      std::string_view kind,
      const TrainState& state,
      std::string_view text = "") {
    each([&](RunSink& sink) { sink.event(state.step, kind, text); });
  }

  void say(const std::string& line) { say_to(company_, line); }

  void reach_in(TrainState& state) {
    const Note note = [&](std::string_view kind, std::string_view text) {
      each([&](RunSink& sink) { sink.event(state.step, kind, text); });
    };
    for (auto* hand : company_.hands) {
      hand->before_step(state, note);
    }
  }

  std::optional<TrainResult> one_step(
      TrainState& state, Stepper& stepper, Prober& prober) {
    reach_in(state);
    std::optional<WeightMeasure> measure;
    const bool probing = probes(state.step + 1);
    if (probing) {
      measure.emplace(state);
      if (depth_of(state.step + 1) == Depth::kExperts) {
        stepper.probe_gradients();
      }
    }
    auto outcome = stepper.run();
    if (probing) {
      measure->add_to(outcome.record, state);
      prober.add_to(outcome.record, depth_of(state.step));
    }
    watch_.mark("measuring");
    if (!outcome.refused.empty()) {
      event("skipped", state, outcome.refused);
      say("step " + std::to_string(state.step) +
          " skipped: " + outcome.refused);
    }
    if (due(state.step, config_.train.eval_every)) {
      assess(state);
    }
    watch_.mark("evaluation");
    for (auto* hand : company_.hands) {
      hand->record(outcome.record);
    }
    record(outcome.record);
    if (state.guard.bad_in_a_row >=
        static_cast<double>(config_.train.max_bad_steps)) {
      event("stopped", state, outcome.refused);
      return TrainResult{
          Ending::kNumeric, state.step, "stopped: " + outcome.refused};
    }
    return after_step(state);
  }

  std::optional<TrainResult> after_step(TrainState& state) {
    lock_->check();
    const int signal = company_.stop();
    const bool alarmed = company_.alarmed();
    const bool last = state.step == config_.train.steps;
    if (signal != 0 || alarmed || last) {
      publish(state);
    } else if (state.step % config_.train.checkpoint_every == 0) {
      (void)checkpoint(state);
    }
    if (last || (signal == 0 && !alarmed)) {
      return std::nullopt;
    }
    return signal != 0 ? interrupted(state, signal) : alarm_stopped(state);
  }

  TrainResult interrupted(const TrainState& state, int signal) {
    event("interrupted", state);
    return {Ending::kSignal, state.step, "stopped by a signal", signal};
  }

  TrainResult alarm_stopped(const TrainState& state) {
    event("stopped", state, "an alarm");
    return {Ending::kAlarm, state.step, "stopped by an alarm"};
  }

  [[nodiscard]] bool due(int64_t step, int64_t every) const {
    return every > 0 && (step % every == 0 || step == config_.train.steps);
  }

  // Also the first step: some faults are there from the start.
  [[nodiscard]] bool probes(int64_t step) const {
    const auto every = config_.train.probe_every;
    return due(step, every) || (every > 0 && step == 1);
  }

  // Experts are looked at by the first probe that is not before an evaluation,
  // and by the first and the last of all.
  [[nodiscard]] Depth depth_of(int64_t step) const {
    const auto every = config_.train.eval_every;
    const bool evaluated =
        every > 0 && step / every != (step - config_.train.probe_every) / every;
    const bool ends = step == 1 || step == config_.train.steps;
    return evaluated || ends ? Depth::kExperts : Depth::kChoices;
  }

  // A signal does not wait for it: the checkpoint then says that it is due.
  void assess(TrainState& state) {
    const auto series = evaluate(config_, state, windows_, domains_, [this] {
      return company_.stop() != 0;
    });
    state.evaluation_due = series.empty();
    if (!series.empty()) {
      each([&](RunSink& sink) { sink.evaluated(state.step, series); });
    }
  }

  void record(const StepRecord& record) {
    const auto phases = watch_.take();
    double seconds = 0;
    for (const auto& [phase, passed] : phases) {
      seconds += passed;
    }
    const StepView view{
        .record = record,
        .num_steps = config_.train.steps,
        .seconds = seconds,
        .phases = phases};
    each([&](RunSink& sink) { sink.step(view); });
    watch_.mark("recording");
  }

  void publish(TrainState& state) {
    each([](RunSink& sink) { sink.flush(); });
    shelf_.publish(state.save(), state.facts(toml_));
    failed_checkpoints_ = 0;
    watch_.mark("checkpoint");
  }

  // A failed checkpoint leaves the earlier ones as they were; training goes on,
  // because the fault may pass, but not for ever. The one that a run ends with
  // may not fail.
  bool checkpoint(TrainState& state) {
    try {
      publish(state);
      return true;
    } catch (const StorageError& failure) {
      if (++failed_checkpoints_ >= kFailedCheckpoints) {
        throw;
      }
      say("checkpoint at step " + std::to_string(state.step) +
          " failed: " + failure.what() + "; training goes on");
      return false;
    }
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

  TrainResult finish(TrainState& state) {
    if (state.evaluation_due) {
      return interrupted(state, company_.stop());
    }
    const auto b = measure_baselines(data_, windows_);
    auto facts = facts_of(state);
    facts.baselines = {
        b.order2_bits_per_byte, b.order3_bits_per_byte, b.zstd_bits_per_byte};
    facts.finished = true;
    event("finished", state);
    each([&](RunSink& sink) { sink.end(facts); });
    return {
        .ending = company_.alarmed() ? Ending::kAlarm : Ending::kFinished,
        .step = state.step,
        .message = "an alarm opened in the last step"};
  }

  const RunFolder& run_;
  const Config& config_;
  const Registry& registry_;
  const Company& company_;
  std::string toml_;
  CheckpointShelf shelf_;
  Dataset data_;
  std::vector<Window> windows_;
  std::vector<std::string> domains_;
  Stopwatch watch_;
  const FolderLock* lock_ = nullptr;
  int failed_checkpoints_ = 0;
};

}  // namespace

void check_config(const Config& config, const Registry& registry) {
  check_memory(config);
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
    const Company& company) {
  at::set_num_threads(static_cast<int>(config.train.threads));
  for (const auto& note : config.notes) {
    say_to(company, note);
  }
  // What can be refused is refused before the folder exists.
  check_memory(config);
  Loop loop(run, config, registry, company);
  TrainState state(config, registry);
  const bool made = make_folder(run);
  // From here on nobody else may start one: what goes away below is ours.
  const FolderLock lock(run.path);
  refuse_taken(run);
  try {
    create_run(run, config.toml(registry));
    return loop.go(state, lock);
  } catch (const std::exception& error) {
    if (state.step == 0) {
      abandon(run, company, made);
      explain_memory(error, config);
    }
    throw;
  }
}

OpenRun open_run(
    const RunFolder& run,
    const std::vector<Setting>& asked,
    const Registry& registry,
    const Say& say) {
  if (!holds_run(run)) {
    fail_data(
        run.path.string() + " is no run: it has no config.toml",
        run.path.string());
  }
  FolderLock lock(run.path);
  auto saved = read_saved_run(run, registry, say);
  if (!asked.empty()) {
    const auto before = saved.config.toml(registry);
    saved.config = with_changes(saved.config, asked, registry, saved.step());
    const auto after = saved.config.toml(registry);
    if (after != before) {
      replace_config(run, after);
    }
  }
  return {run, std::move(lock), std::move(saved)};
}

TrainResult resume_run(
    const OpenRun& run,
    const Registry& registry,
    const Company& company,
    bool accept_other_bits) {
  const auto& config = run.saved.config;
  const auto note = bits_note(run.saved);
  if (!note.empty() && !accept_other_bits) {
    throw OtherBitsError("this run would not go on in the same bits: " + note);
  }
  at::set_num_threads(static_cast<int>(config.train.threads));
  remove_unfinished(run.folder.checkpoints());
  const auto state = saved_state(run.saved, registry);
  if (state->step == 0) {
    say_to(company, "no finished checkpoint: starting at step 0");
  }
  Loop loop(run.folder, config, registry, company);
  return loop.go(*state, run.lock, note);
}

}  // namespace moestro
