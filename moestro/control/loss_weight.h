// SPDX-License-Identifier: Apache-2.0
// Where a named loss stands among the weights. Torch-free.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/base/error.h"
#include "moestro/control/controller.h"

MOESTRO_API_BEGIN
namespace moestro {

// Position of `loss` in Knobs::loss_weight; a ConfigurationError that names
// `controller` when the recipe has no such loss.
[[nodiscard]] inline size_t loss_position(
    const Controller::Site& site,
    std::string_view controller,
    std::string_view loss) {
  const auto found = std::find(site.losses.begin(), site.losses.end(), loss);
  if (found == site.losses.end()) {
    const std::string who(controller), what(loss);
    fail_configuration(
        "moe.controller." + who + ".loss=" + what +
        " names no loss of the recipe; add it to moe.losses");
  }
  return static_cast<size_t>(std::distance(site.losses.begin(), found));
}

// Grows the weights when a layer has fewer of them.
inline void set_loss_weight(Knobs& knobs, size_t position, double weight) {
  if (knobs.loss_weight.size() <= position) {
    knobs.loss_weight.resize(position + 1, 0.0);
  }
  knobs.loss_weight[position] = weight;
}

}  // namespace moestro
MOESTRO_API_END
