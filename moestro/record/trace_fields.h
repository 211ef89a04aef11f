// SPDX-License-Identifier: Apache-2.0
// Fields of a line of JSON, each checked, each problem named. Private to
// record/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/json.h"

MOESTRO_API_BEGIN
namespace moestro::trace_fields {

// Room for a step that is counted from 1.
inline constexpr int64_t kLastStep = int64_t{1} << 52U;
inline constexpr int64_t kMostRanks = int64_t{1} << 31U;

struct Range {
  int64_t least, most;
};

// An object; DataError that says what is wrong, also where a number is NaN.
[[nodiscard]] Json object_of(std::string_view line);

// Absent and null are the same.
[[nodiscard]] std::optional<Json> given(
    const Json& object, std::string_view key);
[[nodiscard]] int64_t whole(const Json& value, const std::string& name, Range);
[[nodiscard]] int64_t whole_at(const Json& object, std::string_view key, Range);
// 0 where it is not given.
[[nodiscard]] int64_t whole_or_zero(
    const Json& object, std::string_view key, Range);
// A list of whole numbers from 0 to `most`.
[[nodiscard]] std::vector<int64_t> list(
    const Json& value, const std::string& name, int64_t most);
[[nodiscard]] std::optional<double> real(
    const Json& object, std::string_view key);
[[nodiscard]] std::string word(
    const Json& value, const std::string& name, size_t longest);

}  // namespace moestro::trace_fields
MOESTRO_API_END
