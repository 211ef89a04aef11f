// SPDX-License-Identifier: Apache-2.0
// What no run can have recorded: a store that says so is damaged, and whoever
// believed it would loop, allocate or index by it. Each check throws a
// DataError that names `what`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "moestro/base/api.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro::plausible {

inline constexpr int64_t kMostSteps = int64_t{1} << 53U;  // exact as a double
inline constexpr int64_t kMostLayers = 100'000;
inline constexpr int64_t kMostExperts = int64_t{1} << 20U;
// Of a step; sums over experts and a window of steps still fit 64 bits.
inline constexpr int64_t kMostTokens = int64_t{1} << 36U;

[[noreturn]] void refuse(const std::string& what, std::string_view why);

// The number itself.
[[nodiscard]] int64_t step(int64_t number, const std::string& what);
[[nodiscard]] int32_t layer(int64_t number, const std::string& what);

// Counts in range; lists of one length or empty.
void check(const LayerRecord&, const std::string& what);

// Keys as an index gives them. One that does not ascend belongs to a damaged
// index, and the walk over it need not end.
template <class Key>
class Rising {
 public:
  explicit Rising(std::string what) : what_(std::move(what)) {}
  void operator()(Key key) {
    if (last_ && !(*last_ < key)) {
      refuse(what_, "its rows are out of order");
    }
    last_ = std::move(key);
  }

 private:
  std::string what_;
  std::optional<Key> last_;
};

}  // namespace moestro::plausible
MOESTRO_API_END
