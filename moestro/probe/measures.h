// SPDX-License-Identifier: Apache-2.0
// What probes hand over: numbers by the name of their series.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/ops/routing.h"

MOESTRO_API_BEGIN
namespace moestro {

using Measures = std::vector<std::pair<std::string, double>>;

}  // namespace moestro
MOESTRO_API_END
