// SPDX-License-Identifier: Apache-2.0
// JSON in and out, behind a facade: the library that does the work costs six
// seconds of compile time wherever it is included.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class Json;
using JsonArray = std::vector<Json>;
// Keeps the order of insertion.
using JsonObject = std::vector<std::pair<std::string, Json>>;

// A value: null, bool, integer, real, string, array or object.
class Json {
 public:
  using Data = std::variant<
      std::nullptr_t,
      bool,
      int64_t,
      double,
      std::string,
      JsonArray,
      JsonObject>;

  Json() = default;
  Json(std::nullptr_t) {}                              // NOLINT(*-explicit-*)
  Json(bool v) : data_(v) {}                           // NOLINT(*-explicit-*)
  Json(int v) : data_(int64_t{v}) {}                   // NOLINT(*-explicit-*)
  Json(int64_t v) : data_(v) {}                        // NOLINT(*-explicit-*)
  Json(double v) : data_(v) {}                         // NOLINT(*-explicit-*)
  Json(const char* v) : data_(std::string(v)) {}       // NOLINT(*-explicit-*)
  Json(std::string v) : data_(std::move(v)) {}         // NOLINT(*-explicit-*)
  Json(std::string_view v) : data_(std::string(v)) {}  // NOLINT(*-explicit-*)
  Json(JsonArray v) : data_(std::move(v)) {}           // NOLINT(*-explicit-*)
  Json(JsonObject v) : data_(std::move(v)) {}          // NOLINT(*-explicit-*)
  template <class T>
  Json(const std::vector<T>& items)  // NOLINT(*-explicit-*)
      : data_(JsonArray(items.begin(), items.end())) {}

  [[nodiscard]] const Data& data() const { return data_; }
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_number() const;
  // Typed access; ContractError when the value is of another kind.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] int64_t as_int() const;
  [[nodiscard]] double as_number() const;
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] const JsonArray& as_array() const;
  [[nodiscard]] const JsonObject& as_object() const;
  // nullptr when this is no object or has no such key.
  [[nodiscard]] const Json* find(std::string_view key) const;
  // ContractError when the key is missing.
  [[nodiscard]] const Json& at(std::string_view key) const;
  // Appends to an object (null becomes one).
  Json& set(std::string key, Json value);
  // To an array (the key is not used) or an object.
  void append(std::string key, Json value);

 private:
  Data data_;
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
