// SPDX-License-Identifier: Apache-2.0
// One alarm of a run, open or closed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Level : uint8_t { kInfo, kWarn, kPage };
// "info", "warn", "page"
[[nodiscard]] std::string_view name_of(Level);

struct AlarmEntry {
  std::string id;  // "A03"
  Level level = Level::kInfo;
  int64_t step = 0;    // where the statistic crossed
  int32_t layer = -1;  // -1: of the whole run
  std::string routing{};
  int32_t expert = -1;  // -1: of the whole layer
  double value = 0, threshold = 0;
  std::string message{};
  std::optional<int64_t> closed_step{};
};

}  // namespace moestro
MOESTRO_API_END
