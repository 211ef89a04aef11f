// SPDX-License-Identifier: Apache-2.0
// safetensors, strictly: what the format's own rules allow and nothing else.
// Every size that comes from the file is checked before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Dtype { kF64, kF32, kBF16, kF16, kI64, kI32, kI16, kI8, kU8, kBool };

[[nodiscard]] size_t size_of(Dtype);
[[nodiscard]] std::string_view name_of(Dtype);

struct TensorEntry {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;  // bytes, relative to the data section
};

// A file read into memory. Tensors may lie unaligned: copy them out.
struct SafetensorsFile {
  std::vector<TensorEntry> entries;  // ascending by name
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<std::byte> data;  // without the header

  // nullptr when there is no such tensor.
  [[nodiscard]] const TensorEntry* find(std::string_view name) const;
  [[nodiscard]] std::span<const std::byte> bytes(const TensorEntry&) const;
};

// DataError that names file and rule.
[[nodiscard]] SafetensorsFile read_safetensors(const std::string& path);
[[nodiscard]] SafetensorsFile parse_safetensors(
    std::span<const std::byte> bytes, const std::string& what);

// A file whose tensors are read piece by piece: as little memory as a piece.
class SafetensorsPieces {
 public:
  // DataError as above.
  explicit SafetensorsPieces(const std::string& path);
  ~SafetensorsPieces();
  SafetensorsPieces(const SafetensorsPieces&) = delete;
  SafetensorsPieces& operator=(const SafetensorsPieces&) = delete;

  [[nodiscard]] const std::vector<TensorEntry>& entries() const;
  // `count` bytes of a tensor, from its byte `at` on.
  [[nodiscard]] std::vector<std::byte> read(
      const TensorEntry&, uint64_t at, uint64_t count) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct TensorView {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;
};

// The file's bytes: sorted by descending dtype size, then name; header padded
// to 8. Same tensors, same bytes.
[[nodiscard]] std::vector<std::byte> encode_safetensors(
    std::span<const TensorView> tensors,
    std::span<const std::pair<std::string, std::string>> metadata);

}  // namespace moestro
MOESTRO_API_END
