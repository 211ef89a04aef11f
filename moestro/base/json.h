// SPDX-License-Identifier: Apache-2.0
// JSON in and out, behind a facade: the library that does the work, and holds
// the document, costs six seconds of compile time wherever it is included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class Json;
class JsonItems;
class JsonMembers;
// What arrays and objects are made from; an object keeps the order of its keys,
// and of a repeated key the last value.
using JsonArray = std::vector<Json>;
using JsonObject = std::vector<std::pair<std::string, Json>>;

// A value: null, bool, integer, real, string, array or object. Copies are
// cheap: they share the document until one of them is changed.
class Json {
 public:
  Json() = default;
  Json(std::nullptr_t) {}                             // NOLINT(*-explicit-*)
  Json(bool v);                                       // NOLINT(*-explicit-*)
  Json(int v) : Json(int64_t{v}) {}                   // NOLINT(*-explicit-*)
  Json(int64_t v);                                    // NOLINT(*-explicit-*)
  Json(double v);                                     // NOLINT(*-explicit-*)
  Json(const char* v) : Json(std::string(v)) {}       // NOLINT(*-explicit-*)
  Json(std::string v);                                // NOLINT(*-explicit-*)
  Json(std::string_view v) : Json(std::string(v)) {}  // NOLINT(*-explicit-*)
  Json(JsonArray v);                                  // NOLINT(*-explicit-*)
  Json(JsonObject v);                                 // NOLINT(*-explicit-*)
  template <class T>
  Json(const std::vector<T>& items)  // NOLINT(*-explicit-*)
      : Json(JsonArray(items.begin(), items.end())) {}

  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_bool() const;
  [[nodiscard]] bool is_int() const;
  [[nodiscard]] bool is_number() const;  // also an integer
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_object() const;
  // Typed access; ContractError when the value is of another kind.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] int64_t as_int() const;
  [[nodiscard]] double as_number() const;
  [[nodiscard]] std::string as_string() const;
  [[nodiscard]] JsonItems as_array() const;
  [[nodiscard]] JsonMembers as_object() const;
  // Every value of an array of integers, in one go; nothing when this is no
  // array or holds anything else.
  [[nodiscard]] std::optional<std::vector<int64_t>> integers() const;
  // Nothing when this is no object or has no such key.
  [[nodiscard]] std::optional<Json> find(std::string_view key) const;
  // ContractError when the key is missing.
  [[nodiscard]] Json at(std::string_view key) const;
  // Of an object (null becomes one): a new key at its end, or another value.
  Json& set(std::string_view key, Json value);
  // To the end of an array (null becomes one).
  Json& append(Json value);

 private:
  friend class JsonItems;
  friend class JsonMembers;
  friend struct JsonAccess;
  // A node of the library's, which keeps its whole document; empty = null.
  std::shared_ptr<void> node_;
};

// What goes over JsonItems and JsonMembers.
template <class Range>
struct JsonIterator {
  const Range* range;
  size_t at;
  auto operator*() const { return (*range)[at]; }
  JsonIterator& operator++() {
    ++at;
    return *this;
  }
  bool operator==(const JsonIterator& other) const { return at == other.at; }
};

// The values of an array.
class JsonItems {
 public:
  [[nodiscard]] size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] Json operator[](size_t i) const;
  [[nodiscard]] Json front() const { return (*this)[0]; }
  [[nodiscard]] JsonIterator<JsonItems> begin() const { return {this, 0}; }
  [[nodiscard]] JsonIterator<JsonItems> end() const { return {this, size()}; }

 private:
  friend class Json;
  explicit JsonItems(Json array) : array_(std::move(array)) {}
  Json array_;
};

// The keys and values of an object, in their order.
class JsonMembers {
 public:
  [[nodiscard]] size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::pair<std::string, Json> operator[](size_t i) const;
  [[nodiscard]] JsonIterator<JsonMembers> begin() const { return {this, 0}; }
  [[nodiscard]] JsonIterator<JsonMembers> end() const { return {this, size()}; }

 private:
  friend class Json;
  explicit JsonMembers(Json object) : object_(std::move(object)) {}
  Json object_;
};

enum class JsonStyle { kCompact, kIndented };

// Non-finite numbers become null: JSON has none.
[[nodiscard]] std::string dump(
    const Json&, JsonStyle style = JsonStyle::kCompact);

// DataError that names `what` when the text is not JSON, repeats a key or
// nests deeper than 64 levels.
[[nodiscard]] Json parse_json(std::string_view text, const std::string& what);

}  // namespace moestro
MOESTRO_API_END
