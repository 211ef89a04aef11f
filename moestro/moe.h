// SPDX-License-Identifier: Apache-2.0
// A balanced mixture-of-experts layer for a program of one's own, with every
// built-in part and recipe. docs/library.md teaches it.
#pragma once

#include <string>

#include "moestro/base/api.h"
#include "moestro/layers/moe_layer.h"

MOESTRO_API_BEGIN
namespace moestro {

// How even the last step was; what chance would show stands beside it.
struct Load {
  double max_vio = 0;            // largest load over the mean, minus 1
  double max_vio_floor = 0;      // the same if tokens had chosen at random
  double min_load = 0;           // smallest load over the mean
  double effective_experts = 0;  // exp(entropy of the loads), 1 to E
};

class MoE : public MoELayer {
 public:
  // ConfigurationError for keys, names and values that do not work.
  [[nodiscard]] static MoE from_recipe(
      const std::string& recipe, const MoEOptions&);

  // Of the last step that ended.
  [[nodiscard]] Load load() const;

 private:
  MoE(const Registry&, const std::string& recipe, const MoEOptions&);

  int64_t top_k_;
};

}  // namespace moestro
MOESTRO_API_END
