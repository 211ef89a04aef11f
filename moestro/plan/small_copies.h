// SPDX-License-Identifier: Apache-2.0
// A reason why replica counts cannot be completed. Not public.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// A replica above limit - x shares its device only with replicas below x. So
// for every x there must be at least per - 1 small ones for each large one,
// whatever the counts that are still open; what these can add at most is worked
// out beforehand for every number of slots left.
class SmallCopies {
 public:
  // Loads, and the least count of each; `spare` slots go to any of them.
  SmallCopies(
      std::span<const double> loads,
      std::span<const int64_t> least,
      int64_t spare,
      double limit,
      size_t per);

  // What working it out has cost.
  [[nodiscard]] int64_t work() const {
    return static_cast<int64_t>(most_.size() * columns_ * kSizes / 2);
  }
  // Expert i has so many replicas; experts before it are decided.
  void decide(size_t i, int64_t count);
  // False when no counts of experts i and up, with `spare` slots beyond their
  // least, give enough small replicas.
  [[nodiscard]] bool enough(size_t i, int64_t spare) const;

 private:
  static constexpr size_t kSizes = 16;  // values of x
  using Surplus = std::array<int64_t, kSizes>;

  [[nodiscard]] Surplus surplus(size_t i, int64_t count) const;
  [[nodiscard]] Surplus best_from(size_t i, int64_t spare) const;
  [[nodiscard]] Surplus& most(size_t i, int64_t spare) {
    return most_[i * columns_ + static_cast<size_t>(spare)];
  }
  [[nodiscard]] const Surplus& most(size_t i, int64_t spare) const {
    return most_[i * columns_ + static_cast<size_t>(spare)];
  }

  std::vector<double> loads_;
  std::vector<int64_t> least_;
  double limit_;
  int64_t per_;
  size_t columns_ = 0;            // 0: too many slots to work it out
  std::vector<Surplus> most_;     // [experts + 1, spare + 1]
  std::vector<Surplus> decided_;  // of the experts before i
};

}  // namespace moestro
MOESTRO_API_END
