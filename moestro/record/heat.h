// SPDX-License-Identifier: Apache-2.0
// A layer's demand over the whole run in a few columns.
#pragma once

#include <cstdint>
#include <string>

#include "moestro/base/api.h"
#include "moestro/record/sqlite.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

struct HeatAsk {
  int32_t layer;
  int64_t columns;    // at most so many
  int64_t last_step;  // of the run
  std::string routing{};
};

[[nodiscard]] RunReader::Heat read_heat(
    sqlite::Database&, const HeatAsk&, const std::string& what);

}  // namespace moestro
MOESTRO_API_END
