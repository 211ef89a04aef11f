// SPDX-License-Identifier: Apache-2.0
// Healthy runs that never were: steps of balanced routing whose tokens are
// alike within a sequence and whose topics last from step to step. What the
// rules' false alarms are counted on.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro {

struct NullStream {
  int64_t layers = 1, experts = 64, top_k = 8, tokens = 4096;
  int64_t sequences = 32;  // 0 = counts alone
  double phi = 1;          // dispersion of a step's counts
  double topics = 0;       // correlation of a step's topics with the next's
  // Log popularity of each expert: an AR(1) of this deviation.
  double wander = 0, wander_memory = 0.99;
  uint64_t seed = 0;
};

// Loads of a layer: shares ~ Dirichlet with the concentration that gives counts
// the dispersion phi, each gamma variable an autoregression by beta thinning
// (Lewis, McKenzie and Hugus 1989), which keeps its law; rounded so that the
// sum is tokens x k and none exceeds the tokens.
class NullLayer {
 public:
  NullLayer(const NullStream&, int32_t layer);

  [[nodiscard]] LayerRecord next();
  // From here on the expert draws `factor` times its share; the others less.
  void favour(size_t expert, double factor);

 private:
  using Random = std::mt19937_64;

  [[nodiscard]] double gamma(double shape);
  [[nodiscard]] std::vector<int64_t> counts();
  void move();
  [[nodiscard]] SequenceSums sequences(const std::vector<int64_t>& demand_E);

  NullStream stream_;
  int32_t layer_;
  double shape_;
  std::vector<double> topic_E_, popularity_E_, favour_E_;
  Random random_;
};

}  // namespace moestro
MOESTRO_API_END
