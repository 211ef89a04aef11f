// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/spikes.h"

#include <cmath>
#include <limits>
#include <vector>

#include "moestro/stats/robust.h"

namespace moestro {
namespace {

constexpr size_t kMost = 200, kFewest = 50;

}  // namespace

double Spikes::push(double x, double limit) {
  double z = std::numeric_limits<double>::quiet_NaN();
  if (!std::isfinite(x)) {
    return z;
  }
  if (last_.size() >= kFewest) {
    const std::vector<double> values(last_.begin(), last_.end());
    const double scale = robust_scale(values);
    z = scale > 0 ? (x - median(values)) / scale : z;
  }
  if (!(z > limit)) {
    last_.push_back(x);
  }
  if (last_.size() > kMost) {
    last_.pop_front();
  }
  return z;
}

}  // namespace moestro
