// SPDX-License-Identifier: Apache-2.0
// A value that leaps out of the last ones. The yardstick follows the series
// here: a spike is what it is against its neighbours.
#pragma once

#include <cstdint>
#include <deque>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class Spikes {
 public:
  // Standard deviations above the median of the last 200 values, both robust;
  // NaN before there are 50. A spike itself is not remembered.
  double push(double x, double limit);
  void restart() { last_.clear(); }

 private:
  std::deque<double> last_;
};

}  // namespace moestro
MOESTRO_API_END
