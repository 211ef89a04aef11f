// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "moestro/base/api.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

struct SampleOptions {
  int64_t bytes = 400;
  double temperature = 0.8;
  int64_t seed = 1;
};

// Bytes that the model would write after `prompt` (at least one byte), one call
// each. A pure function of the seed.
void sample(
    const Config&,
    TrainState&,
    const std::string& prompt,
    const SampleOptions&,
    const std::function<void(char)>& write);

}  // namespace moestro
MOESTRO_API_END
