// SPDX-License-Identifier: Apache-2.0
// What the header of a safetensors file may say. Private to record/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/record/safetensors.h"

MOESTRO_API_BEGIN
namespace moestro::safetensors {

inline constexpr uint64_t kLargestHeader = 100'000'000;
inline constexpr size_t kMostTensors = 1'000'000;
inline constexpr size_t kHighestRank = 16;
inline constexpr size_t kLongestName = 1024;
inline constexpr std::string_view kMetadata = "__metadata__";

// Bytes of a tensor; nothing when a length is negative or the product does not
// fit.
[[nodiscard]] std::optional<uint64_t> byte_count(
    std::span<const int64_t> shape, Dtype dtype);

[[nodiscard]] std::optional<Dtype> dtype_of(std::string_view name);
[[nodiscard]] bool good_name(std::string_view name);

// Entries and metadata of a header in front of `data_size` bytes; entries
// cover them without hole or overlap.
[[nodiscard]] SafetensorsFile parse_header(
    std::string_view header, uint64_t data_size, const std::string& what);

}  // namespace moestro::safetensors
MOESTRO_API_END
