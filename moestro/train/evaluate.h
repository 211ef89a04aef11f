// SPDX-License-Identifier: Apache-2.0
// What the model makes of held-out text, and how its experts divide it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/train/data/dataset.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

using Series = std::vector<std::pair<std::string, double>>;

// "valid/lm", "valid/bits_per_byte", "valid/domain/<name>" (nats per byte), and
// per routed layer "layer/01/valid_max_vio", "/valid_tokens",
// "/valid_load/<expert>" and, of several domains,
// "layer/01/domain_mutual_information", "/shuffled",
// "/via_byte", "/lift/<domain>/<expert>". Leaves the state as it was.
// Empty when `stopped` said so between two batches.
[[nodiscard]] Series evaluate(
    const Config&,
    TrainState&,
    std::span<const Window> windows,
    std::span<const std::string> domains,
    const std::function<bool()>& stopped = [] { return false; });

// Natural logarithm of each byte's probability after the first, windows
// overlapping by one byte and evaluated alone.
[[nodiscard]] std::vector<double> log_probabilities(
    const Config&, TrainState&, std::span<const Window> windows);

}  // namespace moestro
MOESTRO_API_END
