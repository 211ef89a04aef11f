// SPDX-License-Identifier: Apache-2.0
// Training step of the demo's mixture over that of its dense twin of equal
// active FLOPs, and what recording costs: medians of interleaved pairs in one
// process, because this machine's clock drifts. Prints ratios; bare times only
// to see that the machine was idle.
#include "moestro/train/step.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <malloc.h>
#include <unistd.h>

#include "moestro/lab/registry.h"
#include "moestro/ops/assign.h"
#include "moestro/probe/routing_record.h"
#include "moestro/record/store.h"
#include "moestro/stats/robust.h"
#include "moestro/train/measure.h"
#include "moestro/train/prober.h"

namespace moestro {
namespace {

// A step at the second shape takes a second.
constexpr int kWarmUp = 5, kPairs = 60, kFewPairs = 12;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> passed =
      std::chrono::steady_clock::now() - start;
  return passed.count();
}

double quantile(std::vector<double> values, double p) {
  std::ranges::sort(values);
  return values[static_cast<size_t>(
      p * static_cast<double>(values.size() - 1))];
}

// Text with structure enough to route by; real text makes no difference to the
// work of a step.
Dataset made_up_text() {
  DatasetDomain domain{.name = "made-up", .train = {}, .valid = {}};
  std::string text;
  for (int i = 0; i < 200000; ++i) {
    text += static_cast<char>('a' + (i * i % 97 + i / 31) % 26);
  }
  domain.train.append(text);
  domain.valid.append(text.substr(0, 4000));
  std::vector<DatasetDomain> domains;
  domains.push_back(std::move(domain));
  return Dataset(std::move(domains), 128);
}

using Overrides = std::vector<std::string>;

const Overrides kDemo = {
    "moe.experts=8",
    "moe.top_k=2",
    "moe.hidden=128",
    "moe.shared_experts=0",
    "optimizer.lr=4e-3"};

// Many small experts: 4096 tokens, each to 8 of 64 experts of 512 x 256.
const Overrides kGranular = {
    "moe.experts=64",
    "moe.top_k=8",
    "moe.hidden=256",
    "moe.shared_experts=0",
    "moe.select.groups=1",
    "model.dim=512",
    "model.layers=1",
    "train.batch=32"};

Config config_of(const char* recipe, const Overrides& overrides) {
  auto settings = parse_override(std::string("moe.recipe=") + recipe);
  for (const auto& text : overrides) {
    std::ranges::move(parse_override(text), std::back_inserter(settings));
  }
  return resolve(settings, registry());
}

struct Arm {
  Arm(const char* recipe, const Overrides& overrides, const Dataset& data)
      : config(config_of(recipe, overrides)),
        state(config, registry()),
        stepper(config, data, state, watch) {}
  Config config;
  Stopwatch watch;
  TrainState state;
  Stepper stepper;
};

void print(const char* what, const std::vector<double>& ratios) {
  std::printf(
      "%-46s %.3f   (quartiles %.3f - %.3f, %zu pairs)\n",
      what,
      median(ratios),
      quantile(ratios, 0.25),
      quantile(ratios, 0.75),
      ratios.size());
}

void compare(const char* what, Arm& ours, Arm& theirs) {
  std::vector<double> ratios, times;
  for (int i = 0; i < kWarmUp + kPairs; ++i) {
    const double a = seconds_of([&] { (void)ours.stepper.run(); });
    const double b = seconds_of([&] { (void)theirs.stepper.run(); });
    if (i >= kWarmUp) {
      ratios.push_back(a / b);
      times.push_back(a);
    }
  }
  print(what, ratios);
  std::printf("  (our step: median %.1f ms)\n", 1e3 * median(times));
}

// Everything that the run store costs a step: handing over, and the writer
// thread beside the next one.
void recording(Arm& arm, int pairs) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("moestro-bench-" + std::to_string(getpid()) + ".db");
  std::vector<double> ratios;
  {
    RunWriter store(path.string(), 0);
    int64_t number = 0;
    const auto recorded = [&] {
      auto record = arm.stepper.run().record;
      record.step = ++number;
      store.add_clock(record.step, 1, 1);
      store.add(std::move(record));
    };
    for (int i = 0; i < kWarmUp + pairs; ++i) {
      const double with = seconds_of(recorded);
      const double without = seconds_of([&] { (void)arm.stepper.run(); });
      if (i >= kWarmUp) {
        ratios.push_back(with / without);
      }
    }
  }
  std::filesystem::remove(path);
  print("step with recording / without", ratios);
}

// Bringing the sums of every layer to the host, which the arms above share.
void accumulating(Arm& arm, const Dataset& data, int pairs) {
  std::vector<Routing> routings;
  const auto bytes = bytes_of(data.valid(arm.config.train.batch));
  const auto tokens = tokens_of(bytes.narrow(1, 0, data.context()), 0);
  Pass pass{.tokens = tokens};
  pass.tap = [&routings](const LayerPass& layer) {
    routings.push_back(layer.out.routings[0].second);
  };
  (void)arm.state.model.forward(bytes.narrow(1, 0, data.context()), pass);
  std::vector<double> shares;
  for (int i = 0; i < kWarmUp + pairs; ++i) {
    const double step = seconds_of([&] { (void)arm.stepper.run(); });
    const double sums = seconds_of([&routings] {
      for (const auto& routing : routings) {
        LayerRecord record;
        SequenceRows rows;
        accumulate(record, rows, routing);
        record.sequences = reduced(std::move(rows), 1);
      }
    });
    if (i >= kWarmUp) {
      shares.push_back(sums / step);
    }
  }
  print("sums of all layers to the host / step", shares);
}

// Of all threads: another process beside this one does not count.
double cpu_of(const std::function<void()>& work) {
  const auto start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// The sums that every routing pass forms, forward and backward: an upper bound
// of what a step without measurements would save, since the losses read some.
void summing(Arm& arm, const Dataset& data, int pairs) {
  struct One {
    Routing routing;
    Tensor prob_TE;
  };
  std::vector<One> layers;
  const auto bytes = bytes_of(data.valid(arm.config.train.batch));
  const auto tokens = tokens_of(bytes.narrow(1, 0, data.context()), 0);
  Pass pass{.tokens = tokens};
  pass.tap = [&layers](const LayerPass& layer) {
    auto routing = layer.out.routings[0].second;
    const auto live_TE = routing.scores.live_TE;
    layers.push_back({routing, live_TE / live_TE.sum(-1, true)});
  };
  (void)arm.state.model.forward(bytes.narrow(1, 0, data.context()), pass);
  const auto& place = arm.state.layers.routings(0).front();
  const RouteContext context{
      .tokens = tokens, .knobs = place.knobs, .layout = place.layout};
  std::vector<double> shares;
  for (int i = 0; i < kWarmUp + pairs; ++i) {
    const double step = cpu_of([&] { (void)arm.stepper.run(); });
    const double sums = cpu_of([&] {
      for (const auto& one : layers) {
        (void)sum_up(
            one.routing.pairs,
            one.routing.weight_N,
            one.routing.scores,
            one.prob_TE,
            context);
      }
    });
    if (i >= kWarmUp) {
      shares.push_back(sums / step);
    }
  }
  print("sums of all routing passes / step, CPU time", shares);
}

// Probes in units of a step, CPU time, and what they come to on average at the
// default cadence.
void probing(Arm& arm, const Dataset& data) {
  auto often = arm.config;
  often.train.eval_every = 1;
  Prober prober(often, arm.state, data);
  // A layer's experts are taken away at every third evaluation.
  const auto train_until = [&arm](bool turn) {
    while ((arm.state.step % 3 == 1) != turn) {
      (void)arm.stepper.run();
    }
  };
  std::vector<double> weights, choices, experts, ablation, gradients;
  for (int i = 0; i < kWarmUp + kPairs / 4; ++i) {
    StepRecord record;
    const double step = cpu_of([&] { record = arm.stepper.run().record; });
    const double measured = cpu_of([&] {
      const WeightMeasure measure(arm.state);
      measure.add_to(record, arm.state);
    });
    const double chosen =
        cpu_of([&] { prober.add_to(record, Depth::kChoices); });
    arm.stepper.probe_gradients();
    const double paths = cpu_of([&] { (void)arm.stepper.run(); });
    train_until(true);
    const double ablated =
        cpu_of([&] { prober.add_to(record, Depth::kExperts); });
    train_until(false);
    const double looked =
        cpu_of([&] { prober.add_to(record, Depth::kExperts); });
    if (i >= kWarmUp) {
      weights.push_back(measured / step);
      choices.push_back(chosen / step);
      experts.push_back((looked - chosen) / step);
      ablation.push_back((ablated - looked) / step);
      gradients.push_back((paths - step) / step);
    }
  }
  print("similarity of weights / step", weights);
  print("choices on the probe text / step", choices);
  print("outputs of the experts / step", experts);
  print("taking away each expert of a layer / step", ablation);
  print("gradients loss by loss / step", gradients);
  const TrainOptions usual;
  const auto probe = static_cast<double>(usual.probe_every);
  const auto evaluation = static_cast<double>(usual.eval_every);
  std::printf(
      "probes every %g steps, experts and gradients every %g: %.2f %% of a "
      "step\n",
      probe,
      evaluation,
      100 * ((median(weights) + median(choices)) / probe +
             (median(experts) + median(gradients)) / evaluation +
             median(ablation) / (3 * evaluation)));
}

}  // namespace
}  // namespace moestro

int main() {
  setenv("OMP_WAIT_POLICY", "passive", 0);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  using namespace moestro;
  const auto data = made_up_text();
  Arm moe("deepseek-v3", kDemo, data), top_k("topk", kDemo, data),
      dense("dense", kDemo, data), granular("deepseek-v3", kGranular, data);
  std::printf(
      "%d threads, %s\n",
      at::get_num_threads(),
      at::get_cpu_capability().c_str());
  compare("deepseek-v3 step / dense twin step", moe, dense);
  compare("topk step / dense twin step", top_k, dense);
  recording(moe, kPairs);
  accumulating(moe, data, kPairs);
  summing(moe, data, kPairs);
  probing(moe, data);
  std::printf("one layer, 4096 tokens to 8 of 64 experts of 512 x 256\n");
  recording(granular, kFewPairs);
  accumulating(granular, data, kFewPairs);
  summing(granular, data, kFewPairs);
}
