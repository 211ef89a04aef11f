// SPDX-License-Identifier: Apache-2.0
// A tiny run in memory.
#pragma once

#include <string>
#include <vector>

#include "moestro/base/error.h"
#include "moestro/lab/registry.h"
#include "moestro/train/step.h"
#include "tests/device/device.h"

namespace moestro {

inline Dataset tiny_text() {
  std::vector<DatasetDomain> domains;
  for (const auto* name : {"a", "b"}) {
    DatasetDomain domain{.name = name, .train = {}, .valid = {}};
    std::string text;
    for (int i = 0; i < 4000; ++i) {
      text += static_cast<char>(name[0] + (i * i + i / 7) % 11);
    }
    domain.train.append(text);
    domain.valid.append(text.substr(0, 500));
    domains.push_back(std::move(domain));
  }
  return Dataset(std::move(domains), 16);
}

inline Config tiny_config(const std::vector<std::string>& overrides) {
  std::vector<Setting> settings;
  for (const auto* text :
       {"model.dim=16",
        "model.layers=2",
        "model.heads=2",
        "model.context=16",
        "moe.experts=4",
        "moe.hidden=8",
        "train.batch=8",
        "train.steps=10",
        "train.eval_windows=4",
        "optimizer.warmup=0"}) {
    std::ranges::move(parse_override(text), std::back_inserter(settings));
  }
  if (test::test_device().is_cuda()) {
    std::ranges::move(
        parse_override("train.device=cuda"), std::back_inserter(settings));
  }
  for (const auto& text : overrides) {
    std::ranges::move(parse_override(text), std::back_inserter(settings));
  }
  return resolve(settings, registry());
}

struct TinyRun {
  explicit TinyRun(const std::vector<std::string>& overrides)
      : data(tiny_text()),
        config(tiny_config(overrides)),
        state(config, registry()),
        stepper(config, data, state, watch) {}
  Dataset data;
  Config config;
  Stopwatch watch;
  TrainState state;
  Stepper stepper;
};

inline double scalar_of(const StepRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.scalars) {
    if (key == name) {
      return value;
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace moestro
