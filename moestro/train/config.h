// SPDX-License-Identifier: Apache-2.0
// Everything that a run is made of, resolved: defaults < recipe < files <
// --set, then the overrides of single layers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/settings.h"
#include "moestro/diagnose/conductor_options.h"
#include "moestro/diagnose/watch_options.h"
#include "moestro/layers/moe_config.h"
#include "moestro/model/options.h"

MOESTRO_API_BEGIN
namespace moestro {

struct TrainOptions {
  int64_t steps = 1500, batch = 8, micro_batch = 0;
  int64_t seed = 1, threads = 0;
  int64_t checkpoint_every = 500, keep_checkpoints = 2;
  int64_t eval_every = 250, eval_windows = 32;
  int64_t probe_every = 125;
  int64_t max_bad_steps = 3;
  double spike_factor = 0;
  std::string_view device = "cpu";
};

struct OptimizerOptions {
  double lr = 3e-3, router_lr_scale = 1, expert_lr_scale = 1;
  double weight_decay = 0.1, router_decay = 0, expert_decay = 0.1;
  double beta1 = 0.9, beta2 = 0.98, eps = 1e-8;
  double clip = 1, router_clip = 0;
  std::string_view schedule = "cosine";
  int64_t warmup = 100;
  double final_lr_share = 0.1, decay_share = 0.2;
};

struct DataOptions {
  std::string_view path = "corpus";
};

struct Config {
  TrainOptions train;
  OptimizerOptions optimizer;
  ModelOptions model;
  DataOptions data;
  WatchOptions alarms;
  ConductorOptions conductor;
  MoeOptions moe;                  // before the overrides of layers
  LayerSpec common;                // the same, with parameters
  std::vector<LayerSpec> layers;   // one a block
  std::vector<std::string> notes;  // one line each for a person

  // Complete TOML with every layer resolved; resolving it again gives the same.
  [[nodiscard]] std::string toml(const Registry&) const;

  std::shared_ptr<StringPool> strings, layer_strings;
};

// `user`: files in order, then --set. ConfigurationError with the origin for
// unknown keys (did-you-mean), wrong types, impossible values and parts that do
// not fit together.
[[nodiscard]] Config resolve(const std::vector<Setting>& user, const Registry&);

// Every key outside of parts' own parameters: "train.steps", ...
struct KnownKey {
  std::string key;
  const Param* param;
};
[[nodiscard]] std::vector<KnownKey> plain_keys();
// The same without moe.*.
[[nodiscard]] std::vector<KnownKey> section_keys();

}  // namespace moestro
MOESTRO_API_END
