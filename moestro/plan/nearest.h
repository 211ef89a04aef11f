// SPDX-License-Identifier: Apache-2.0
// What a refused request could ask for instead. Not public.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// The values next to one that does not work, in [least, most].
struct Nearest {
  std::optional<int64_t> below, above;
};
[[nodiscard]] Nearest nearest(
    int64_t value,
    int64_t least,
    int64_t most,
    const std::function<bool(int64_t)>& works);

// "slots=8, slots=12"; empty when nothing works.
[[nodiscard]] std::string as_text(std::string_view name, const Nearest&);

// The divisors of `whole` next to a value that is none: "devices=4".
[[nodiscard]] std::string nearest_divisors(
    std::string_view name, int64_t value, int64_t whole);

// "; what works nearby: ...", or nothing.
[[nodiscard]] std::string works_nearby(const std::string& requests);

}  // namespace moestro
MOESTRO_API_END
