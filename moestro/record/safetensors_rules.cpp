// SPDX-License-Identifier: Apache-2.0
// The published faults of other readers are unchecked sizes from the header:
// here each of them is checked once, in this file, before anything uses it.
#include "moestro/record/safetensors_rules.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/base/json.h"

namespace moestro::safetensors {
namespace {

struct DtypeFact {
  Dtype dtype;
  std::string_view name;
  size_t size;
};
constexpr DtypeFact kDtypes[] = {
    {Dtype::kF64, "F64", 8},
    {Dtype::kF32, "F32", 4},
    {Dtype::kBF16, "BF16", 2},
    {Dtype::kF16, "F16", 2},
    {Dtype::kI64, "I64", 8},
    {Dtype::kI32, "I32", 4},
    {Dtype::kI16, "I16", 2},
    {Dtype::kI8, "I8", 1},
    {Dtype::kU8, "U8", 1},
    {Dtype::kBool, "BOOL", 1}};

class HeaderReader {
 public:
  explicit HeaderReader(const std::string& what) : what_(what) {}

  [[noreturn]] void refuse(const std::string& why) const {
    fail_data(what_ + " is not a valid safetensors file: " + why);
  }

  void read_metadata(const Json& json, SafetensorsFile& file) const {
    if (!json.is_object()) {
      refuse("__metadata__ is no object");
    }
    for (const auto& [key, value] : json.as_object()) {
      if (!value.is_string()) {
        refuse("metadata '" + key + "' is no string");
      }
      file.metadata.emplace_back(key, value.as_string());
    }
  }

  [[nodiscard]] TensorEntry read_entry(
      const std::string& name, const Json& json) const {
    if (!good_name(name)) {
      refuse("a tensor's name is empty, too long or has control characters");
    }
    if (!json.is_object() || json.as_object().size() != 3) {
      refuse("'" + name + "' needs dtype, shape and data_offsets, no more");
    }
    TensorEntry entry{.name = name};
    entry.dtype = read_dtype(name, json.find("dtype"));
    entry.shape = read_whole(name, json.find("shape"));
    const auto offsets = read_whole(name, json.find("data_offsets"));
    if (entry.shape.size() > kHighestRank) {
      refuse("'" + name + "' has more than 16 dimensions");
    }
    if (offsets.size() != 2 || offsets[1] < offsets[0]) {
      refuse("'" + name + "' has no pair of ascending offsets");
    }
    entry.begin = static_cast<uint64_t>(offsets[0]);
    entry.end = static_cast<uint64_t>(offsets[1]);
    if (byte_count(entry.shape, entry.dtype) != entry.end - entry.begin) {
      refuse("'" + name + "': shape and bytes differ");
    }
    return entry;
  }

  // In header order where they begin together: a tensor without elements may
  // stand in front of its neighbour, but not inside one that came before.
  void check_cover(
      std::span<const TensorEntry> entries, uint64_t data_size) const {
    std::vector<std::pair<uint64_t, size_t>> order;
    order.reserve(entries.size());
    for (size_t i = 0; i < entries.size(); ++i) {
      order.emplace_back(entries[i].begin, i);
    }
    std::ranges::sort(order);
    uint64_t at = 0;
    for (const auto& [begin, i] : order) {
      if (begin != at) {
        refuse("'" + entries[i].name + "' leaves a hole or overlaps another");
      }
      at = entries[i].end;
    }
    if (at != data_size) {
      refuse(
          "its tensors take " + std::to_string(at) + " bytes, it holds " +
          std::to_string(data_size));
    }
  }

 private:
  [[nodiscard]] Dtype read_dtype(
      const std::string& name, const std::optional<Json>& json) const {
    const auto text = json && json->is_string() ? json->as_string() : "";
    const auto dtype = dtype_of(text);
    if (!dtype) {
      refuse(
          "'" + name + "' has an unknown dtype" +
          (text.empty() ? "" : " " + text));
    }
    return *dtype;
  }

  [[nodiscard]] std::vector<int64_t> read_whole(
      const std::string& name, const std::optional<Json>& json) const {
    if (!json || !json->is_array()) {
      refuse("'" + name + "' lacks shape or data_offsets");
    }
    std::vector<int64_t> all;
    for (const auto& item : json->as_array()) {
      const auto value = item.is_int() ? item.as_int() : -1;
      if (value < 0) {
        refuse("'" + name + "' has a number that is negative or not whole");
      }
      all.push_back(value);
    }
    return all;
  }

  const std::string& what_;
};

}  // namespace

std::optional<uint64_t> byte_count(
    std::span<const int64_t> shape, Dtype dtype) {
  uint64_t count = size_of(dtype);
  for (const auto length : shape) {
    if (length < 0 ||
        __builtin_mul_overflow(count, static_cast<uint64_t>(length), &count)) {
      return std::nullopt;
    }
  }
  return count;
}

std::optional<Dtype> dtype_of(std::string_view name) {
  const auto* found = std::ranges::find(kDtypes, name, &DtypeFact::name);
  return found == std::end(kDtypes) ? std::nullopt
                                    : std::optional(found->dtype);
}

bool good_name(std::string_view name) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  };
  return !name.empty() && name.size() <= kLongestName &&
         std::ranges::none_of(name, control);
}

SafetensorsFile parse_header(
    std::string_view header, uint64_t data_size, const std::string& what) {
  const HeaderReader reader(what);
  if (header.empty() || header.front() != '{') {
    reader.refuse("the header does not begin with '{'");
  }
  const auto json = parse_json(header, "the header of " + what);
  SafetensorsFile file;
  for (const auto& [name, value] : json.as_object()) {
    if (name == kMetadata) {
      reader.read_metadata(value, file);
    } else {
      file.entries.push_back(reader.read_entry(name, value));
    }
  }
  if (file.entries.size() > kMostTensors) {
    reader.refuse("more than a million tensors");
  }
  reader.check_cover(file.entries, data_size);
  std::ranges::sort(file.entries, {}, &TensorEntry::name);
  return file;
}

}  // namespace moestro::safetensors

namespace moestro {

size_t size_of(Dtype dtype) {
  return safetensors::kDtypes[static_cast<size_t>(dtype)].size;
}

std::string_view name_of(Dtype dtype) {
  return safetensors::kDtypes[static_cast<size_t>(dtype)].name;
}

}  // namespace moestro
