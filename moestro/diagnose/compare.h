// SPDX-License-Identifier: Apache-2.0
// Two runs, or two traces, side by side: where they part, what differs in their
// configuration, what in their routing, and what the doctor says of each.
//
// They part exactly where a number of the same step is another one. They part
// beyond noise where the difference is more than what chance and text make of
// it, over 20 common steps and in two such windows in a row: of loads, by the
// two-sample chi-square of an expert's shares, each over its layer's phi; of
// losses, by the standard error of the means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/diagnose/doctor.h"
#include "moestro/diagnose/row.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

// Nothing where one of them does not have the key.
struct SettingDifference {
  std::string key;
  std::optional<std::string> a, b;
};

// Steps; nothing where they never part.
struct Parting {
  std::optional<int64_t> exact, beyond_noise;
};

// Over the last 100 common steps; nothing where one does not have the layer.
struct LayerSide {
  Figure max_vio, effective_experts;
};
struct LayerDifference {
  int32_t layer = 0;
  std::string routing{};
  LayerSide a, b;
  Figure correlation;  // of the experts' loads
  Parting parting;
};

struct Comparison {
  int64_t common_steps = 0;
  std::vector<SettingDifference> settings;
  Parting loss;
  std::vector<LayerDifference> layers;
  Examination a, b;

  // The layer that parts first, exactly or beyond noise.
  [[nodiscard]] const LayerDifference* first_layer(
      std::optional<int64_t> Parting::* when) const;
};

[[nodiscard]] Comparison compare(
    const RunReader& a, const RunReader& b, const Registry&);

// Alarms of one that the other does not have: by rule, layer and routing, each
// once.
[[nodiscard]] std::vector<AlarmEntry> alarms_only_in(
    const Examination& one, const Examination& other);

}  // namespace moestro
MOESTRO_API_END
