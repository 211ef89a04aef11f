// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/small_copies.h"

#include <algorithm>

namespace moestro {
namespace {

constexpr int64_t kMostSpare = 64;  // the work grows with its square
constexpr int64_t kNever = -(int64_t{1} << 40);

}  // namespace

SmallCopies::SmallCopies(
    std::span<const double> loads,
    std::span<const int64_t> least,
    int64_t spare,
    double limit,
    size_t per)
    : loads_(loads.begin(), loads.end()),
      least_(least.begin(), least.end()),
      limit_(limit),
      per_(static_cast<int64_t>(per)),
      decided_(loads.size() + 1) {
  if (spare > kMostSpare) {
    return;
  }
  columns_ = static_cast<size_t>(spare) + 1;
  Surplus impossible;
  impossible.fill(kNever);
  most_.assign((loads.size() + 1) * columns_, impossible);
  most(loads.size(), 0).fill(0);
  for (size_t i = loads.size(); i-- > 0;) {
    for (int64_t left = 0; left <= spare; ++left) {
      most(i, left) = best_from(i, left);
    }
  }
}

SmallCopies::Surplus SmallCopies::best_from(size_t i, int64_t spare) const {
  Surplus best;
  best.fill(kNever);
  for (int64_t more = 0; more <= spare; ++more) {
    const auto own = surplus(i, least_[i] + more);
    const auto& rest = most(i + 1, spare - more);
    for (size_t j = 0; j < kSizes; ++j) {
      best[j] = std::max(best[j], own[j] + rest[j]);
    }
  }
  return best;
}

// A shade in favour, against rounding.
SmallCopies::Surplus SmallCopies::surplus(size_t i, int64_t count) const {
  constexpr double kShade = 1 + 1e-12;
  const double size = loads_[i] / static_cast<double>(count);
  Surplus surplus{};
  for (size_t j = 0; j < kSizes; ++j) {
    const double x = limit_ / 2 * static_cast<double>(j + 1) / kSizes;
    if (size < x * kShade) {
      surplus[j] = count;
    } else if (size > (limit_ - x) * kShade) {
      surplus[j] = -(per_ - 1) * count;
    }
  }
  return surplus;
}

void SmallCopies::decide(size_t i, int64_t count) {
  const auto own = surplus(i, count);
  for (size_t j = 0; j < kSizes; ++j) {
    decided_[i + 1][j] = decided_[i][j] + own[j];
  }
}

bool SmallCopies::enough(size_t i, int64_t spare) const {
  if (columns_ == 0) {
    return true;
  }
  const auto& rest = most(i, spare);
  for (size_t j = 0; j < kSizes; ++j) {
    if (decided_[i][j] + rest[j] < 0) {
      return false;
    }
  }
  return true;
}

}  // namespace moestro
