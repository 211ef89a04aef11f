// SPDX-License-Identifier: Apache-2.0
// AdamW (1711.05101) over named tensors, in three groups: router, experts,
// rest.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/ops/part.h"
#include "moestro/tensor/transfer.h"
#include "moestro/train/config.h"

MOESTRO_API_BEGIN
namespace moestro {

// Learning rate of a step (1 = first) as a share of the peak.
[[nodiscard]] double schedule_share(
    const OptimizerOptions&, int64_t step, int64_t num_steps);

struct GradientNorms {
  double all = 0, router = 0, experts = 0;
  // Of the routers' first moments, before the step; NaN without routers.
  double memory = std::numeric_limits<double>::quiet_NaN();
  [[nodiscard]] bool finite() const { return std::isfinite(all); }
};

class Optimizer {
 public:
  Optimizer(const OptimizerOptions&, Part& model);

  // Norms of the gradients as they are now, one a group; a tensor without
  // gradient counts 0. They ride in a transfer.
  struct NormPlaces {
    std::vector<std::pair<Role, size_t>> gradients;
    std::optional<size_t> memory;
  };
  [[nodiscard]] NormPlaces add_norms(Transfer&) const;
  // Clips (routers on their own first, then everything), steps, clears the
  // gradients. `rate` is the learning rate of the rest.
  void step(const GradientNorms&, double rate, const RunKnobs&);
  void clear();

  // "exp_avg.<name>", "exp_avg_sq.<name>", "step.<name>".
  void tensors(const TensorVisitor&);

 private:
  struct Group {
    Role role;
    bool decayed;
    std::vector<std::string> names;
    std::vector<Tensor> values, exp_avgs, exp_avg_sqs, steps;
  };

  [[nodiscard]] std::vector<Tensor> gradients(const Group&) const;
  [[nodiscard]] double lr_scale(Role, const RunKnobs&) const;
  [[nodiscard]] double decay(const Group&) const;

  OptimizerOptions options_;
  std::vector<Group> groups_;
};

// What arrived of them.
[[nodiscard]] GradientNorms norms_of(
    const Transfer&, const Optimizer::NormPlaces&);

}  // namespace moestro
MOESTRO_API_END
