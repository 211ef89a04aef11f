// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/sharing_bound.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "moestro/plan/packing_bound.h"

namespace moestro {
namespace {

// [i]: the sum of the first i.
std::vector<double> sums_of(const std::vector<double>& loads) {
  std::vector<double> sums{0};
  for (const auto load : loads) {
    sums.push_back(sums.back() + load);
  }
  return sums;
}

class Sharing {
 public:
  Sharing(std::vector<double> falling, size_t devices, size_t per)
      : devices_(devices),
        per_(per),
        spare_(devices * per - falling.size()),
        largest_(sums_of(falling)),
        smallest_(sums_of({falling.rbegin(), falling.rend()})) {}

  [[nodiscard]] double bound() const {
    double bound = 0;
    // On all devices together it is the mean.
    for (size_t j = 1; j + spare_ < devices_; ++j) {
      bound = std::max(bound, of_heaviest(j));
    }
    return bound;
  }

 private:
  // Load over d falls, then rises: what must be there grows faster and faster.
  [[nodiscard]] double of_heaviest(size_t j) const {
    size_t low = (j + per_ - 1) / per_, high = j + spare_;
    while (low < high) {
      const auto d = (low + high) / 2;
      if (on_devices(j, d) <= on_devices(j, d + 1)) {
        high = d;
      } else {
        low = d + 1;
      }
    }
    return on_devices(j, low);
  }

  [[nodiscard]] double on_devices(size_t j, size_t d) const {
    const auto slots = d * per_, free = spare_ + j;
    const auto others = slots > free ? slots - free : 0;
    return (largest_[j] + smallest_[others]) / static_cast<double>(d);
  }

  size_t devices_, per_, spare_;
  std::vector<double> largest_, smallest_;
};

}  // namespace

double sharing_bound(
    std::span<const double> load_E, size_t devices, size_t per) {
  std::vector<double> falling(load_E.begin(), load_E.end());
  std::ranges::sort(falling, std::greater<>());
  return falling.size() == devices * per
             ? packing_bound(falling, devices)
             : Sharing(std::move(falling), devices, per).bound();
}

}  // namespace moestro
